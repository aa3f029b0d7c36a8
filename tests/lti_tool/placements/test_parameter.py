"""The signed parameter: what comes out goes in again, and nothing else does."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lti_tool.errors import Refused
from lti_tool.placements.parameter import LONGEST, read, sign

IDS = st.integers(min_value=1, max_value=2**59)
KEYS = st.binary(min_size=32, max_size=32)
KEY = bytes(range(32))


@given(IDS, KEYS)
def test_what_is_signed_is_read(placement_id: int, key: bytes) -> None:
    assert read(sign(placement_id, key), key) == placement_id


@given(IDS, KEYS)
def test_a_parameter_is_short_and_plain(placement_id: int, key: bytes) -> None:
    parameter = sign(placement_id, key)
    assert len(parameter) <= LONGEST == 100
    assert re.fullmatch(r"[A-Za-z0-9_-]+", parameter)


@given(IDS, st.data())
def test_no_change_of_a_character_is_let_in(placement_id: int, data: st.DataObject) -> None:
    parameter = sign(placement_id, KEY)
    place = data.draw(st.integers(0, len(parameter) - 1))
    character = data.draw(st.characters() | st.sampled_from("0123456789abcdefABCDEF-_pP"))
    changed = parameter[:place] + character + parameter[place + 1 :]
    assume(changed != parameter)
    with pytest.raises(Refused, match="placement-forged"):
        read(changed, KEY)


@given(IDS, IDS)
def test_no_other_placement_takes_the_signature(placement_id: int, other: int) -> None:
    assume(placement_id != other)
    tag = sign(placement_id, KEY).partition("-")[2]
    with pytest.raises(Refused, match="placement-forged"):
        read(f"p{other}-{tag}", KEY)


@given(IDS, KEYS)
def test_no_other_key_opens_it(placement_id: int, key: bytes) -> None:
    assume(key != KEY)
    with pytest.raises(Refused, match="placement-forged"):
        read(sign(placement_id, key), KEY)


@given(st.text(max_size=120))
def test_no_text_is_let_in(text: str) -> None:
    with pytest.raises(Refused, match="placement-forged"):
        read(text, KEY)


@pytest.mark.parametrize("form", ["{} ", " {}", "{}\n", "{}=", "{0}{0}", "/{}"])
def test_a_parameter_with_something_around_it_is_refused(form: str) -> None:
    with pytest.raises(Refused, match="placement-forged"):
        read(form.format(sign(7, KEY)), KEY)


def test_the_signature_never_changes() -> None:
    """Administrators have pasted it: another release must read it."""
    assert sign(7, KEY) == "p7-3bJw1ib46FFeTQvLpHZj8gNN"
