"""PyJWT, which looks at each character of a token one by one, with a look at all of them at once.

That loop was the dearest line of a launch. Where a later release of PyJWT reads tokens in another way, what stands here
is simply not asked.
"""

from __future__ import annotations

import string

import jwt
from jwt.utils import base64url_decode, base64url_encode

BASE64URL = (string.ascii_letters + string.digits + "-_").encode()


class QuickJWS(jwt.PyJWS):
    """Reads the parts of a token as PyJWT does, to the last refusal."""

    @staticmethod
    def _decode_base64url_segment(segment: bytes, name: str) -> bytes:
        if len(segment) % 4 != 1 and not segment.translate(None, BASE64URL):
            decoded = base64url_decode(segment)
            if base64url_encode(decoded) == segment:
                return decoded
        # Padded, or not fit to be read: PyJWT knows, and knows what to say.
        return jwt.PyJWS._decode_base64url_segment(segment, name)  # noqa: SLF001 # What is overridden.


class QuickJWT(jwt.PyJWT):
    """`jwt.decode`, reading by `QuickJWS`."""

    def __init__(self) -> None:
        super().__init__()
        self._jws = QuickJWS(options=self._get_sig_options())
