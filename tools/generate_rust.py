"""The Rust of the hot messages: views that borrow."""

from __future__ import annotations

import re

from tools.schema import NEVER, VERSION_MAX, Field, Message, Struct, snake

HOT = {0, 1, 2, 3, 8, 18, 23}
HEADERS = -1
TYPES = {
    "bool": "bool",
    "int8": "i8",
    "int16": "i16",
    "uint16": "u16",
    "int32": "i32",
    "uint32": "u32",
    "int64": "i64",
    "float64": "f64",
    "uuid": "Uuid",
    "string": "&'a str",
    "bytes": "&'a [u8]",
    "records": "Records<'a>",
}
BYTES = {"bool": 1, "int8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "int64": 8, "float64": 8, "uuid": 16}
BORROWED = {"string", "bytes", "records"}
CAPTION = "(generated; do not edit)"


def rust_files(facts: list[Message]) -> dict[str, str]:
    hot = [message for message in facts if message.key in HOT or message.key == HEADERS]
    files = {f"{snake(message.name)}.rs": _RustFile(message).text() for message in hot}
    files["keys.rs"] = _keys(facts)
    modules = "\n".join(f"pub mod {name};" for name in sorted(["keys", *(snake(message.name) for message in hot)]))
    names = "\n".join(f"pub use {snake(message.name)}::{message.name};" for message in hot)
    files["mod.rs"] = f"//! The hot messages and the table of keys {CAPTION}.\n{modules}\n\n{names}\n"
    return files


def _keys(facts: list[Message]) -> str:
    requests = sorted((message for message in facts if message.type == "request"), key=lambda message: message.key)
    rows = [
        f'    Key {{ key: {m.key}, name: "{m.name.removesuffix("Request")}", '
        f"versions: ({m.versions[0]}, {m.versions[1]}), flexible_from: {m.flexible_from} }},"
        for m in requests
    ]
    return "\n".join(
        [
            f"//! Every API key that Kafka 4.4.0 knows {CAPTION}.",
            "use crate::header::Key;",
            "",
            f"pub const KEYS: [Key; {len(rows)}] = [",
            *rows,
            "];",
            "",
        ]
    )


def _indented(lines: list[str], depth: int) -> list[str]:
    return ["    " * depth + line for line in lines]


def _when(condition: str | None, statement: str) -> list[str]:
    """A statement under its condition: None is always."""
    return [statement] if condition is None else [f"if {condition} {{", f"    {statement}", "}"]


class _RustFile:
    """One message: its structs, inner ones first, each with `decode` and `encode` for all versions."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.structs = {struct.name: struct for struct in (*message.structs, message.root)}

    def text(self) -> str:
        low, high = self.message.versions
        body: list[str] = []
        for struct in (*self.message.structs, self.message.root):
            body += ["", *self._struct(struct)]
        used = set(re.findall(r"\w+", "\n".join(body)))
        views = [name for name in ("Array", "Element", "Message", "Records", "Uuid") if name in used or name == "Message"]
        out = [f"//! {self.message.name}, versions {low}-{high} {CAPTION}.", "use crate::error::WireError;"]
        out += ["use crate::reader::Reader;", f"use crate::view::{{{', '.join(views)}}};", "use crate::writer::Writer;"]
        return "\n".join([*out, *body, "", *self._message(), ""])

    def _message(self) -> list[str]:
        message = self.message
        return [
            f"impl<'a> Message<'a> for {message.name}{self._life(message.root)} {{",
            f'    const NAME: &\'static str = "{message.name}";',
            f"    const KEY: i16 = {message.key};",
            f"    const VERSIONS: (i16, i16) = ({message.versions[0]}, {message.versions[1]});",
            f"    const FLEXIBLE_FROM: i16 = {message.flexible_from};",
            "}",
        ]

    def _struct(self, struct: Struct) -> list[str]:
        life, anonymous = self._life(struct), "<'_>" if self._life(struct) else ""
        out = ["#[derive(Clone, Copy, Debug, PartialEq)]", f"pub struct {struct.name}{life} {{"]
        out += [f"    pub {field.name}: {self._type(field)}," for field in struct.fields]
        out += ["}", "", f"impl Default for {struct.name}{anonymous} {{", "    fn default() -> Self {", "        Self {"]
        out += [f"            {field.name}: {self._default(field)}," for field in struct.fields]
        out += ["        }", "    }", "}", "", f"impl<'a> Element<'a> for {struct.name}{life} {{"]
        out += [
            f"    const BYTES_MIN: usize = {self._bytes_min(struct)};",
            "",
            *self._decode(struct),
            "",
            *self._encode(struct),
        ]
        return [*out, "}"]

    # -- types ---------------------------------------------------------------------------------------------------------
    def _life(self, struct: Struct) -> str:
        return "<'a>" if any(self._borrows(field) for field in struct.fields) else ""

    def _borrows(self, field: Field) -> bool:
        inner = field.is_struct and self._life(self.structs[field.kind])
        return field.array or field.kind in BORROWED or bool(inner)

    def _type(self, field: Field) -> str:
        element = f"{field.kind}{self._life(self.structs[field.kind])}" if field.is_struct else TYPES[field.kind]
        whole = f"Array<'a, {element}>" if field.array else element
        return f"Option<{whole}>" if self._optional(field) else whole

    def _optional(self, field: Field) -> bool:
        return not self._never(field.nullable) or field.default is None

    def _default(self, field: Field) -> str:
        if field.default is None:
            return "None"
        value = self._plain_default(field)
        return f"Some({value})" if self._optional(field) else value

    @staticmethod
    def _plain_default(field: Field) -> str:
        if field.array:
            return "Array::EMPTY"
        if field.is_struct:
            return f"{field.kind}::default()"
        match field.kind:
            case "records":
                return "Records::EMPTY"
            case "uuid":
                return "[0; 16]"
            case "bytes":
                return "&[]"
            case "string":
                return f'"{field.default}"'
            case _:
                return str(field.default).lower()

    def _bytes_min(self, struct: Struct) -> int:
        """The fewest bytes it takes in any version: what an announced count is checked against."""
        low, high = self.message.versions
        total = 0
        for field in struct.fields:
            if field.tag is None and field.versions[0] <= low and field.versions[1] >= high:
                total += self._field_bytes_min(field)
        return max(total, 1)

    def _field_bytes_min(self, field: Field) -> int:
        if field.array or field.kind in BORROWED or self._optional(field):
            return 1
        return self._bytes_min(self.structs[field.kind]) if field.is_struct else BYTES[field.kind]

    # -- versions ------------------------------------------------------------------------------------------------------
    def _never(self, versions: tuple[int, int]) -> bool:
        low, high = self.message.versions
        return versions == NEVER or versions[1] < low or versions[0] > high

    def _condition(self, versions: tuple[int, int]) -> str | None:
        """What the version must be to lie within; None where it always does."""
        low, high = self.message.versions
        if versions[0] > low and versions[1] < high:
            if versions[0] == versions[1]:
                return f"version == {versions[0]}"
            return f"({versions[0]}..={versions[1]}).contains(&version)"
        if versions[0] > low:
            return f"version >= {versions[0]}"
        return f"version <= {versions[1]}" if versions[1] < high else None

    @staticmethod
    def _placed(struct: Struct) -> list[Field]:
        return [field for field in struct.fields if field.tag is None]

    @staticmethod
    def _tagged(struct: Struct) -> list[Field]:
        return sorted((field for field in struct.fields if field.tag is not None), key=lambda field: field.tag or 0)

    def _tag_condition(self, field: Field) -> str | None:
        """Tags are in flexible versions only, so that need not be asked again."""
        low, high = field.versions
        return self._condition((0 if low <= self.message.flexible_from else low, high))

    @property
    def _ever_flexible(self) -> bool:
        return not self._never((self.message.flexible_from, VERSION_MAX))

    @staticmethod
    def _needs_version(lines: list[str]) -> bool:
        return any(re.search(r"(?<![.\w])version\b", line) for line in lines)

    # -- decode --------------------------------------------------------------------------------------------------------
    def _decode(self, struct: Struct) -> list[str]:
        body: list[str] = []
        for field in self._placed(struct):
            body += _when(self._condition(field.versions), f"value.{field.name} = {self._read(field)};")
        body += self._decode_tags(struct)
        if self._needs_version(body):
            body.insert(0, "let version = reader.version();")
        out = ["fn decode(reader: &mut Reader<'a>) -> Result<Self, WireError> {", "    let mut value = Self::default();"]
        return _indented([*out, *_indented(body, 1), "    Ok(value)", "}"], 1)

    def _decode_tags(self, struct: Struct) -> list[str]:
        if not self._ever_flexible:
            return []
        if not self._tagged(struct):
            return ["reader.skip_tags()?;"]
        out = ["reader.tags(|tag, reader| {", "    match tag {"]
        for field in self._tagged(struct):
            guard = self._tag_condition(field)
            asked = f" if {guard}" if guard else ""
            out.append(f"        {field.tag}{asked} => value.{field.name} = {self._read(field)},")
        return [*out, "        _ => reader.skip_rest(),", "    }", "    Ok(())", "})?;"]

    def _read(self, field: Field) -> str:
        if self._optional(field):
            nullable = "false" if self._never(field.nullable) else self._condition(field.nullable) or "true"
            what = "array" if field.array else "struct" if field.is_struct else field.kind
            call = f"reader.nullable_{what}({nullable})?"
        elif field.array:
            call = "reader.array()?"
        elif field.is_struct:
            call = f"{field.kind}::decode(reader)?"
        else:
            call = f"reader.{_method(field)}()?"
        return call if field.flexible else call.replace("reader.", "reader.classic().", 1)

    # -- encode --------------------------------------------------------------------------------------------------------
    def _encode(self, struct: Struct) -> list[str]:
        body: list[str] = []
        for field in self._placed(struct):
            body += _when(self._condition(field.versions), f"{self._write(field, 'writer')};")
        body += self._encode_tags(struct)
        if self._needs_version(body):
            body.insert(0, "let version = writer.version();")
        return _indented(["fn encode(&self, writer: &mut Writer) {", *_indented(body, 1), "}"], 1)

    def _encode_tags(self, struct: Struct) -> list[str]:
        if not self._ever_flexible:
            return []
        if not self._tagged(struct):
            return ["writer.no_tags();"]
        out = ["if writer.is_flexible() {", "    let mut tags = writer.tags();"]
        for field in self._tagged(struct):
            guard = self._tag_condition(field)
            asks = [*([guard] if guard else []), self._is_set(field)]
            out += [
                f"    if {' && '.join(asks)} {{",
                f"        tags.add({field.tag}, |writer| {self._write(field, 'writer')});",
                "    }",
            ]
        return [*out, "    tags.finish(writer);", "}"]

    def _is_set(self, field: Field) -> str:
        if self._optional(field) and field.default is None:
            return f"self.{field.name}.is_some()"
        if field.array and not self._optional(field):
            return f"!self.{field.name}.is_empty()"
        if field.kind == "bool":
            return f"{'!' if field.default else ''}self.{field.name}"
        return f"self.{field.name} != {self._default(field)}"

    def _write(self, field: Field, writer: str) -> str:
        own = f"self.{field.name}"
        if self._optional(field):
            nullable = "false" if self._never(field.nullable) else self._condition(field.nullable) or "true"
            what = "array" if field.array else "struct" if field.is_struct else field.kind
            call = f"{writer}.nullable_{what}({own}, {nullable})"
        elif field.array:
            call = f"{writer}.array({own})"
        elif field.is_struct:
            call = f"{own}.encode({writer})"
        else:
            call = f"{writer}.{_method(field)}({own})"
        return call if field.flexible else call.replace(f"{writer}.", f"{writer}.classic().", 1)


def _method(field: Field) -> str:
    return field.kind if field.kind in {*BORROWED, "uuid"} else TYPES[field.kind]
