"""The format language: what consume writes, produce reads."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftfold.cli.formatter import Line, compile_format
from leftfold.cli.listing import Field, table, yaml
from leftfold.cli.parser import BadInput, records
from leftfold.cli.verbs import BadFormat

LINE = Line("t", 3, 258, 1_700_000_000_123, b"k\xff", b"value", [("a", b"1"), ("b", None)], 7, 2, 10, 300)


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (r"%t %p %o %e %i\n", b"t 3 258 7 2\n"),
        ("%k{hex} %v{base64} %v{base64raw} %v{json}", b'6bff dmFsdWU= dmFsdWU "value"'),
        ("%T %K %V %H %[ %] %|", b"1 2 5 2 10 300 300"),
        ("%o{hex16} %o{big16} %o{little16} %p{byte} %p{bool}", b"0102 \x01\x02 \x02\x01 \x03 true"),
        ("%d %d{strftime[%F %T]} %d{go[2006-01-02T15:04:05Z07:00]}", b"1700000000123 2023-11-14 22:13:20 2023-11-14T22:13:20Z"),
        ("%h{%k=%v;}", b"a=1;b=;"),
        (r"%%%{%}\t\x41\\", b"%{}\tA\\"),
    ],
)
def test_a_record_is_written(form: str, written: bytes) -> None:
    assert compile_format(form)(LINE) == written


@pytest.mark.parametrize("form", ["%", "%z", "%x", "%k{hex", "%k{what}", "%o{hex3}", "%h", "%h{%o}", r"\q"])
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


@pytest.mark.parametrize("form", ["no verb", "%k%v", "%h{%k}", "%o"])
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
