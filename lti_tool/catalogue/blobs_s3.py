"""Media in a bucket of any S3-compatible store. Imported only where the settings ask for it: boto3 is an extra."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.response import StreamingBody

from lti_tool.catalogue.blobs import CHUNK, Blob, place_of
from lti_tool.errors import NotFound, Unavailable

IN_MEMORY = 4 << 20
"""Bytes of an upload that are kept in memory while its name is computed; more go to a temporary file."""

MISSING = frozenset({"NoSuchKey", "404"})
PROBE = "probe"
"""The object by which `fault` tries the bucket: one name, so that none is left over where it may not be deleted."""

NO_REGION = "us-east-1"
"""What stores other than Amazon's are told where no `AWS_REGION` is set: signatures need one."""


class S3Blobs:
    """A bucket, or the part of one below a prefix: `s3://bucket/prefix`. Keys are read by boto3, from `AWS_*`.

    With `endpoint` another store than Amazon's, addressed by paths. Connections begin with the first use, so it may be
    made before a fork. Every method raises `Unavailable("storage-silent")` when the store does not answer or refuses.
    """

    def __init__(self, url: str, *, endpoint: str = "") -> None:
        parts = urlsplit(url)
        self._bucket = parts.netloc
        self._prefix = f"{path}/" if (path := parts.path.strip("/")) else ""
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._connected: Any = None

    def put(self, source: BinaryIO) -> Blob:
        """Copy a stream into the store, unless it has these bytes; no half of one is ever there."""
        digest, size = hashlib.sha256(), 0
        with SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                copy.write(chunk)
            copy.seek(0)
            where = self._where(digest.hexdigest())
            with _answering():
                if not self._has(where):
                    self._client.put_object(**where, Body=copy, ContentLength=size)
        return Blob(digest.hexdigest(), size)

    def open(self, sha256: str) -> BinaryIO:
        """The bytes of a blob, read as they are asked for. Raises `NotFound("medium-unknown")`."""
        where = self._where(sha256)
        with _answering():
            try:
                answer = self._client.get_object(**where)
            except ClientError as error:
                if _code(error) in MISSING:
                    raise NotFound("medium-unknown") from None
                raise
        return cast("BinaryIO", io.BufferedReader(_Reader(self._client, where, answer), CHUNK))

    def fault(self) -> str | None:
        """Put, get and delete an object; the store's code, or the client's, of what fails, `None`: nothing does.

        To delete is not needed, and may be refused.
        """
        where = {"Bucket": self._bucket, "Key": self._prefix + PROBE}
        try:
            self._client.put_object(**where, Body=b"")
            self._client.get_object(**where)["Body"].close()
        except ClientError as error:
            return _code(error)
        except BotoCoreError as error:
            return type(error).__name__
        with suppress(ClientError):
            self._client.delete_object(**where)
        return None

    def _has(self, where: dict[str, str]) -> bool:
        try:
            self._client.head_object(**where)
        except ClientError as error:
            if _code(error) in MISSING:
                return False
            raise
        return True

    def _where(self, sha256: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + place_of(sha256)}

    @property
    def _client(self) -> Any:
        with self._lock:
            if self._connected is None:
                session = boto3.session.Session()
                self._connected = session.client(
                    "s3",
                    endpoint_url=self._endpoint or None,
                    region_name=session.region_name or NO_REGION,
                    config=Config(
                        connect_timeout=3,
                        read_timeout=10,
                        retries={"mode": "standard", "max_attempts": 2},
                        max_pool_connections=20,
                        s3={"addressing_style": "path"} if self._endpoint else None,
                        # Other stores do not know Amazon's newest checksums; the name is a checksum already.
                        request_checksum_calculation="when_required",
                        response_checksum_validation="when_required",
                    ),
                )
            return self._connected


class _Reader(io.RawIOBase):
    """An object as a file: reads on from where it is, and asks anew for the rest after a seek."""

    def __init__(self, client: Any, where: dict[str, str], answer: dict[str, Any]) -> None:
        self._client = client
        self._where = where
        self._size = int(answer["ContentLength"])
        self._body: StreamingBody = answer["Body"]
        self._body_at = self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(start + offset, 0)
        return self._position

    def readinto(self, buffer: Any) -> int:
        if self._position >= self._size:
            return 0
        with _answering():
            if self._body_at != self._position:
                self._body.close()
                rest = f"bytes={self._position}-"
                self._body = self._client.get_object(**self._where, Range=rest)["Body"]
            data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        self._position = self._body_at = self._position + len(data)
        return len(data)

    def close(self) -> None:
        self._body.close()
        super().close()


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable("storage-silent") from error
