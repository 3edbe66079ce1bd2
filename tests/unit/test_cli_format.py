"""The format language: what consume writes, produce reads."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftfold.cli import kcat
from leftfold.cli.formatter import Line, compile_format
from leftfold.cli.listing import Field, table, yaml
from leftfold.cli.parser import BadInput, records
from leftfold.cli.verbs import BadFormat

HEADERS = [("a", b"1"), ("b", None)]
LINE = Line(
    "t", 3, 258, 1_700_000_000_123, b"k\xff", b"value", HEADERS, 7, 2, 10, 300, 299, 4000, 5, "zstd", True, True
)  # fmt: skip


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (r"%t %p %o %e %i\n", b"t 3 258 7 2\n"),
        ("%k{hex} %v{base64} %v{base64raw} %v{json}", b'6bff dmFsdWU= dmFsdWU "value"'),
        ("%T %K %V %H %[ %] %|", b"1 2 5 2 10 300 299"),
        ("%o{hex16} %o{big16} %o{little16} %p{byte} %p{bool}", b"0102 \x01\x02 \x02\x01 \x03 true"),
        ("%d %d{strftime[%F %T]} %d{go[2006-01-02T15:04:05Z07:00]}", b"1700000000123 2023-11-14 22:13:20 2023-11-14T22:13:20Z"),
        (
            "%d{strftime=== [%F] ===} %d{go##Jan _2 3:4:05.000 pm##} %d{hex}",
            b" [2023-11-14]  Nov 14 10:13:20.123 pm 18bcfe5687b",
        ),
        ("%o{hex64} %o{hex32} %o{hex8} %o{hex4} %o{hex}", b"0000000000000102 00000102 02 2 102"),
        ("%o{big64}%o{big32}%o{big8}", bytes(6) + b"\1\2" + bytes(2) + b"\1\2" + b"\2"),
        ("%o{little64}%o{little32}%o{little8}", b"\2\1" + bytes(6) + b"\2\1" + bytes(2) + b"\2"),
        ("%x %y %a{compression} %a{compression;hex8} %a{timestamp-type}", b"4000 5 zstd 04 1"),
        ("%a{transactional-bit;bool} %a{control-bit;bool} %a{control-bit}", b"true false 0"),
        ("%v{unpack[cbs$]}|%v{unpack{>Hx<H.$}}|%v{unpack[>I$]}", b"v97lue|3030530060e|1986096245%!$(1 bytes are left)"),
        ("%k{unpack[q]}|%k{unpack[Bb$]}", b"%!q(2 of 8 bytes)|107-1"),
        ("%h{%k=%v;}", b"a=1;b=;"),
        (r"%%%{%}\t\x41\\", b"%{}\tA\\"),
    ],
)
def test_a_record_is_written(form: str, written: bytes) -> None:
    assert compile_format(form)(LINE) == written


@pytest.mark.parametrize(
    "form",
    ["%", "%z", "%k{hex", "%k{what}", "%o{hex3}", "%h", "%h{%o}", r"\q", "%a", "%a{size}", "%a{compression;many}",
     "%v{unpack[Z]}", "%v{unpack[si]}", "%v{unpack[i}", "%d{strftime}", "%d{go#2006}", "%v{strftime[%F]}"],
)  # fmt: skip
def test_what_is_no_format_is_refused(form: str) -> None:
    with pytest.raises(BadFormat):
        compile_format(form)


def read(form: str, content: bytes) -> list[tuple[bytes | None, bytes | None]]:
    return [(one.key, one.value) for one in records(form, io.BytesIO(content))]


def test_lines_are_read() -> None:
    assert read(r"%k %v\n", b"a b c\nd e\nf g") == [(b"a", b"b c"), (b"d", b"e"), (b"f", b"g")]
    assert read(r"%v\n", b"\n\nx\n") == [(None, b""), (None, b""), (None, b"x")]


def test_lengths_and_headers_are_read() -> None:
    [draft] = records("%K{byte}%k%V{big32}%v%H{byte}%h{%k=%v;}", io.BytesIO(b"\x01k\0\0\0\x02vv\x02p=q;r=s;"))
    assert (draft.key, draft.value, draft.headers) == (b"k", b"vv", [("p", b"q"), ("r", b"s")])


@pytest.mark.parametrize(
    ("form", "content", "wanted"),
    [
        (
            "%v{json}",
            b'{"a": [1, "}"]} 12 "x\\""[]\n',
            [(None, b'{"a": [1, "}"]}'), (None, b"12"), (None, b'"x\\""'), (None, b"[]")],
        ),
        (r"%k %v{json}\n", b'k {"a": "\\n"}\nl null', [(b"k", b'{"a": "\\n"}'), (b"l", b"null")]),
        (r"%v{re#...?#}\n", b"abc\nde\n", [(None, b"abc"), (None, b"de")]),
        (r"%k{re[\d*]}%v\n", b"12ab\nx\n", [(b"12", b"ab"), (b"", b"x")]),
        (r"%K{3}%V{2}%k%v", b"abcdeABCDE", [(b"abc", b"de"), (b"ABC", b"DE")]),
        (r"%K{big16} foo %k", b"\0\2 foo ab\0\0 foo ", [(b"ab", None), (b"", None)]),
        (r"%K{hex8} %k{hex}%v\n", b"04 6162x\n", [(b"ab", b"x")]),
        (r"%V{little32}%v%K{bool}%k", b"\1\0\0\0vtruek", [(b"k", b"v")]),
        (r"%o %x %y %e %v\n", b"5 -1 -1 0 v\n", [(None, b"v")]),
    ],
)
def test_input_of_this_form_is(form: str, content: bytes, wanted: list[tuple[bytes | None, bytes | None]]) -> None:
    assert read(form, content) == wanted


def test_times_and_places_are_read() -> None:
    [draft] = records(r"%t %p %d{strftime[%F %T]}\t%v\n", io.BytesIO(b"topic 7 2023-11-14 22:13:20\tv\n"))
    assert (draft.topic, draft.partition, draft.timestamp, draft.value) == ("topic", 7, 1_700_000_000_000, b"v")
    [draft] = records(r"%d %v\n", io.BytesIO(b"1700000000123 v\n"))
    assert draft.timestamp == 1_700_000_000_123


plain = st.none() | st.booleans() | st.integers() | st.text(max_size=5)


@given(st.lists(st.recursive(plain, st.lists, max_leaves=9), max_size=5))
def test_json_values_find_their_own_ends(documents: list[object]) -> None:
    written = " ".join(json.dumps(one) for one in documents).encode()
    assert [json.loads(value or b"") for _, value in read("%v{json}", written)] == documents


def test_kcats_signs_are_known() -> None:
    form = r"%t %p %o %k %K %s %S %R %T %h %%\n\x41"
    wanted = b"t 3 258 k\xff 2 value 5 \0\0\0\5 1700000000123 a=1,b=NULL %\nA"
    assert kcat.compile_format(form)(LINE) == wanted
    assert kcat.compile_format("%k%K%S%R")(Line("t", 0, 0, 0, None, None)) == b"-1-1\xff\xff\xff\xff"
    for wrong in ("%v", "%", r"\q"):
        with pytest.raises(BadFormat):
            kcat.compile_format(wrong)


@given(st.lists(st.tuples(st.binary(max_size=40), st.binary(max_size=40))))
def test_what_one_side_writes_the_other_reads(pairs: list[tuple[bytes, bytes]]) -> None:
    form = "%K{big16}%k%V{little32}%v"
    write = compile_format(form)
    written = b"".join(write(Line("t", 0, 0, 0, key, value)) for key, value in pairs)
    assert read(form, written) == list(pairs)
    lines = compile_format(r"%k{hex} %v{base64}\n")
    assert read(r"%k{hex} %v{base64}\n", b"".join(lines(Line("t", 0, 0, 0, *pair)) for pair in pairs)) == list(pairs)


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("%V{big32}%v", b"\xff\xff\xff\xff"),
        ("%V{big32}%v", b"\0\0"),
        (r"%k{hex}\n", b"zz\n"),
        (r"%v{json}\n", b"{\n"),
        ("%v{3}", b"ab"),
    ],
)
def test_input_of_another_shape_is_refused(form: str, content: bytes) -> None:
    with pytest.raises(BadInput):
        read(form, content)


@pytest.mark.parametrize(
    "form", ["no verb", "%k%v", "%h{%k}", "%o", "%i%v", "%V%v", "%v{re[(]}", "%d{strftime[%Q]}%v", "%p{3} %v"]
)
def test_what_cannot_be_read_back_is_refused(form: str) -> None:
    with pytest.raises(BadFormat):
        read(form, b"x")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_yaml_reads_back(document: object) -> None:
    import yaml as reader

    assert reader.safe_load(yaml(document)) == json.loads(json.dumps(document))


def test_a_table_aligns_numbers_to_the_right() -> None:
    rows = [{"name": "a", "count": 5}, {"name": "long", "count": 1200}]
    fields = (Field("name", "text", ""), Field("count", "number", ""), Field("more", "number", "", wide=True))
    assert table(rows, fields) == "NAME  COUNT\na         5\nlong   1200"
    assert table(rows[:1], fields, wide=True) == "NAME  COUNT  MORE\na         5  -"
