"""Our own keys."""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lti_tool.lti.keys import KEY_BITS, load_key, new_key_pem


def test_a_key_signs_what_its_published_half_verifies() -> None:
    key = load_key(*new_key_pem())
    token = jwt.encode({"sub": "tool"}, key.private, algorithm="RS256")
    published = jwt.PyJWK(key.public_jwk())
    assert jwt.decode(token, published, algorithms=["RS256"]) == {"sub": "tool"}
    assert jwt.decode(token, key.public_pem(), algorithms=["RS256"]) == {"sub": "tool"}


def test_the_published_half_holds_nothing_private() -> None:
    kid, pem = new_key_pem()
    key = load_key(kid, pem)
    assert set(key.public_jwk()) == {"kty", "n", "e", "kid", "alg", "use"}
    assert key.public_jwk()["kid"] == kid
    assert key.private.key_size == KEY_BITS
    assert "PRIVATE" not in key.public_pem()


def test_keys_have_names_of_their_own() -> None:
    assert len({new_key_pem()[0] for _ in range(3)}) == 3


def test_a_stored_key_of_another_kind_is_refused() -> None:
    curve = generate_private_key(SECP256R1())
    pem = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(TypeError, match="not an RSA key"):
        load_key("x", pem)
