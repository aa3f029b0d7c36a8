"""The platform's signing keys."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

ALGORITHM: Final = "RS256"
KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class PlatformKey:
    """An RSA key and its id. Parsed once; signing does not read the PEM again."""

    kid: str
    private: RSAPrivateKey

    @classmethod
    def new(cls) -> PlatformKey:
        """A fresh key with a random id."""
        return cls(secrets.token_hex(10), generate_private_key(public_exponent=65537, key_size=KEY_BITS))

    @classmethod
    def from_pem(cls, kid: str, pem: str) -> PlatformKey:
        """A stored key. Raises ``ValueError`` when the PEM is not that of an RSA key."""
        private = load_pem_private_key(pem.encode(), password=None)
        if not isinstance(private, RSAPrivateKey):
            message = "the stored key is not an RSA key"
            raise ValueError(message)  # noqa: TRY004 - the caller gave the right type, with the wrong content.
        return cls(kid, private)

    @property
    def pem(self) -> str:
        """The private key, PKCS 8, not encrypted."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def public_pem(self) -> str:
        """The public key, as any client can compute it from the key set."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    @property
    def jwk(self) -> dict[str, Any]:
        """The public key as an entry of the key set (RFC 7517 §4)."""
        numbers = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {"kty": "RSA", "alg": ALGORITHM, "use": "sig", "kid": self.kid, "e": numbers["e"], "n": numbers["n"]}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A compact RS256 token with ``kid``. The claims are signed as they are, right or wrong."""
        return self.sign_bytes(json.dumps(claims).encode(), headers={"kid": self.kid})

    def sign_bytes(self, payload: bytes, *, headers: Mapping[str, Any]) -> str:
        """A compact RS256 token of any payload, with these headers."""
        return jwt.PyJWS().encode(payload, self.private, algorithm=ALGORITHM, headers=dict(headers))
