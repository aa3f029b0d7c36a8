"""Verification of an id_token: whatever a platform signs, the answer is claims or a refusal, never a crash."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from contextlib import suppress
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.demo_lms.claims import edited
from lti_tool.errors import Refused, ToolError
from lti_tool.lti.claims import LaunchMessage, read_message
from lti_tool.lti.id_token import verify_id_token
from lti_tool.lti.registration import Registration
from tests.lti_tool.lti.test_library_holes import CONFIG, LMS, MOODLE, NONCE
from tests.support.house import platform_key

AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NAMES = (
    "iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce", "version", "message_type", "deployment_id", "roles",
    "target_link_uri", "resource_link", "context", "custom", "launch_presentation", "lis", "tool_platform", "jti", AGS,
)  # fmt: skip
PARTS = ("id", "title", "label", "scope", "lineitem", "lineitems", "activity", "document_target", "return_url")

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(PARTS) | st.text(max_size=9), inner),
    max_leaves=8,
)


def find_key(_registration: Registration, _kid: str) -> RSAPublicKey:
    return platform_key().private.public_key()


def verify(token: str) -> dict[str, Any]:
    return verify_id_token(token, MOODLE, nonce=NONCE, find_key=find_key)


def read(token: str) -> LaunchMessage:
    return read_message(verify(token), base_url=CONFIG.tool_url)


def signed(**overrides: Any) -> str:
    return LMS.key.sign(edited(LMS.claims("3", "1", nonce=NONCE), overrides=overrides, without=()))


@given(st.dictionaries(st.sampled_from(NAMES), anything, min_size=1, max_size=3))
def test_any_claim_may_hold_anything(claims: dict[str, Any]) -> None:
    with suppress(ToolError):
        message = read(signed(**claims))
        assert 0 < len(message.user) <= 255
        assert len(message.link_title) <= 255


@given(st.binary(max_size=60))
def test_any_bytes_may_be_signed(payload: bytes) -> None:
    with pytest.raises(ToolError, match="launch-"):
        verify(LMS.key.sign_bytes(payload, headers={"kid": LMS.key.kid}))


@given(st.text(max_size=80) | st.text(alphabet="abcXYZ019-_.=", max_size=80))
def test_any_text_may_come_as_a_token(token: str) -> None:
    with pytest.raises(ToolError, match="launch-"):
        verify(token)


@given(
    st.dictionaries(st.sampled_from(["typ", "cty", "jku", "x5u", "x5c", "crit", "zip", "b64"]), anything, max_size=3)
)
def test_any_header_may_hold_anything(headers: dict[str, Any]) -> None:
    token = signed()
    body = token.split(".")[1]
    head = json.dumps({"alg": "RS256", "kid": LMS.key.kid, **headers}).encode()
    with pytest.raises(ToolError, match="launch-"):
        verify(f"{urlsafe_b64encode(head).rstrip(b'=').decode()}.{body}.{token.split('.')[2]}")


def test_a_stranger_does_not_learn_whether_the_rest_was_right() -> None:
    """The signature is looked at first: without it every other fault gets the same answer."""
    head, body, signature = signed(nonce="wrong", exp=1).split(".")
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    with pytest.raises(Refused, match="launch-token-forged"):
        verify(f"{head}.{body}.{flipped}")


def test_the_age_of_a_token_is_counted_from_its_issue_date() -> None:
    now = int(time.time())
    assert verify(signed(iat=now - 590, exp=now + 10))
    with pytest.raises(Refused, match="launch-token-expired"):
        verify(signed(iat=now - 610, exp=now + 10))


def test_the_key_is_asked_for_by_the_name_in_the_header() -> None:
    asked: list[str] = []

    def finding(_registration: Registration, kid: str) -> RSAPublicKey:
        asked.append(kid)
        return find_key(MOODLE, kid)

    verify_id_token(signed(), MOODLE, nonce=NONCE, find_key=finding)
    assert asked == [LMS.key.kid]
