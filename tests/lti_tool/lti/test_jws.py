"""What is quick reads and refuses as PyJWT does."""

from __future__ import annotations

import base64
from collections.abc import Callable

import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lti_tool.lti.jws import BASE64URL, QuickJWS, QuickJWT

READ = jwt.PyJWS._decode_base64url_segment
QUICK = QuickJWS._decode_base64url_segment

ENCODED = st.binary(max_size=40).map(base64.urlsafe_b64encode)
SEGMENTS = (
    ENCODED
    | ENCODED.map(lambda segment: segment.rstrip(b"="))
    | st.text(st.sampled_from(BASE64URL.decode() + "=+/ é\n"), max_size=12).map(str.encode)
    | st.binary(max_size=12)
)


def outcome(read: Callable[[bytes, str], bytes], segment: bytes) -> bytes | str:
    """What is read, or what a refusal says."""
    try:
        return read(segment, "payload")
    except jwt.DecodeError as error:
        return str(error)


@given(segment=SEGMENTS)
@example(segment=b"")
@example(segment=b"AB")  # Its last bits are not zero.
@example(segment=b"A")
def test_a_part_of_a_token_is_read_or_refused_as_pyjwt_does(segment: bytes) -> None:
    assert outcome(QUICK, segment) == outcome(READ, segment)


def test_pyjwt_still_reads_the_parts_of_a_token_by_what_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def read(segment: bytes, name: str) -> bytes:
        asked.append(name)
        return QUICK(segment, name)

    monkeypatch.setattr(QuickJWS, "_decode_base64url_segment", staticmethod(read))
    secret = "s" * 32
    token = jwt.encode({"sub": "3"}, secret, algorithm="HS256")
    assert QuickJWT().decode(token, secret, algorithms=["HS256"]) == {"sub": "3"}
    assert asked == ["header", "payload", "crypto"]
