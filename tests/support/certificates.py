"""A certificate for the two sites of this machine, from an authority that nobody else knows."""

from __future__ import annotations

import base64
import hashlib
import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass(frozen=True)
class Certificate:
    """For `localhost` and `127.0.0.1`, which browsers take for two sites: the files that hold it, in PEM."""

    authority: Path
    chain: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        """What a server of this process serves with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context

    @property
    def chromium_switch(self) -> str:
        """Makes Chromium trust this certificate, and no other that it would not."""
        public = x509.load_pem_x509_certificate(self.chain.read_bytes()).public_key()
        digest = hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
        return f"--ignore-certificate-errors-spki-list={base64.b64encode(digest).decode()}"


def make_certificate(folder: Path) -> Certificate:
    """Write a new authority and its one certificate into `folder`."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1", "::1")
    made = Certificate(folder / "authority.pem", folder / "chain.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(made.authority)
    issued.private_key_pem.write_to_path(made.key)
    for blob in issued.cert_chain_pems:
        blob.write_to_path(made.chain, append=True)
    return made
