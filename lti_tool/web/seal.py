"""Seals: values that we give to a browser and want back unchanged, and soon."""

from __future__ import annotations

import hashlib
from typing import Any

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

LONGEST = 64 * 1024


class SealBroken(ValueError):
    """Not one of our seals, or not for this purpose."""


class SealOver(SealBroken):
    """One of ours, too old."""


class Sealer:
    """Signs JSON values for one purpose; they are read back within `seconds`. Readable by whoever holds them."""

    def __init__(self, secret: str, *, purpose: str, seconds: int) -> None:
        self._seconds = seconds
        options = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        self._serializer = URLSafeTimedSerializer(secret, salt=purpose, signer_kwargs=options)

    def seal(self, value: Any) -> str:
        """`value` as letters, digits, `-`, `_` and `.`."""
        return str(self._serializer.dumps(value))

    def open(self, sealed: str) -> Any:
        """The value again. Raises `SealBroken`, `SealOver`."""
        if len(sealed) > LONGEST:
            raise SealBroken
        try:
            return self._serializer.loads(sealed, max_age=self._seconds)
        except SignatureExpired:
            raise SealOver from None
        except (BadSignature, ValueError, TypeError, UnicodeError):
            raise SealBroken from None
