"""JSON that anybody may have written is a value, or one ValueError."""

from __future__ import annotations

import pytest

from podcast.files import json_text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 100_000,
        '{"a":' * 100_000,
        "[NaN]",
        "-Infinity",
        "1e999",
        "9" * 5000,
        "9" * 20,
    ],
    ids=lambda text: text[:6],
)
def test_what_no_program_can_use_is_refused_on_one_line(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        json_text.parse(text)
    assert len(str(caught.value).splitlines()) == 1
    assert "sys." not in str(caught.value)


def test_usual_values_are_read() -> None:
    table = {"a": [1, -1.5, None, True, "文\n", {}], "b": 2**63 - 1}
    assert (
        json_text.parse('{"a": [1, -1.5, null, true, "文\\n", {}], "b": 9223372036854775807}')
        == table
    )
    assert json_text.parse(b"[]") == []
