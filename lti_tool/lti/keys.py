"""Our RSA keys. A private key is parsed once per process: one parse costs a hundred signatures."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm

ALGORITHM = "RS256"
KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class ToolKey:
    """One of our keys: `kid` names it in the keyset, `private` signs."""

    kid: str
    private: RSAPrivateKey

    def public_jwk(self) -> dict[str, Any]:
        """The public half as platforms want it: with `alg`, `use` and `kid` (LTI security framework §6.3)."""
        jwk = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        return {"kty": jwk["kty"], "n": jwk["n"], "e": jwk["e"], "kid": self.kid, "alg": ALGORITHM, "use": "sig"}

    def public_pem(self) -> str:
        """The public half for platforms that take a pasted key (SubjectPublicKeyInfo PEM)."""
        public = self.private.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def new_key_pem() -> tuple[str, str]:
    """A new (kid, PKCS#8 PEM) pair."""
    private = generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secrets.token_hex(8), pem.decode()


def load_key(kid: str, pem: str) -> ToolKey:
    """Parse a stored key. Costs about 40 ms: call it once per process and keep the result."""
    private = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(private, RSAPrivateKey):
        raise TypeError("the tool's key is not an RSA key")
    return ToolKey(kid, private)
