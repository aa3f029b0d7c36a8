"""What every store of media keeps to: the folder, and a bucket of an S3-compatible store."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
import requests
from flask import Flask, Response
from moto.server import ThreadedMotoServer

from lti_tool.catalogue.blobs import Blob, BlobStore, LocalBlobs
from lti_tool.catalogue.blobs_s3 import S3Blobs
from lti_tool.catalogue.serving import send_blob
from lti_tool.errors import NotFound, Unavailable
from tests.support.servers import free_port

FILM = hashlib.shake_128(b"film").digest(300_000)


class BlobStoreContract:
    """The behaviour of a `BlobStore`; a subclass has the fixture `store`."""

    @pytest.mark.parametrize("data", [b"", b"carte", FILM], ids=["nothing", "a little", "much"])
    def test_what_is_put_is_found_by_its_digest(self, store: BlobStore, data: bytes) -> None:
        blob = store.put(io.BytesIO(data))
        assert blob == Blob(hashlib.sha256(data).hexdigest(), len(data))
        with store.open(blob.sha256) as stream:
            assert stream.read() == data

    def test_putting_the_same_bytes_again_changes_nothing(self, store: BlobStore) -> None:
        blob = store.put(io.BytesIO(FILM))
        with store.open(blob.sha256) as reader:
            assert store.put(io.BytesIO(FILM)) == blob
            assert reader.read() == FILM

    def test_a_stream_can_be_read_from_anywhere(self, store: BlobStore) -> None:
        with store.open(store.put(io.BytesIO(FILM)).sha256) as stream:
            assert stream.seek(0, io.SEEK_END) == len(FILM)
            assert stream.read() == b""
            stream.seek(200_000)
            assert stream.read(5) == FILM[200_000:200_005]
            stream.seek(-3, io.SEEK_END)
            assert stream.read() == FILM[-3:]
            stream.seek(0)
            assert stream.read() == FILM

    def test_a_blob_that_was_never_put_is_not_found(self, store: BlobStore) -> None:
        with pytest.raises(NotFound, match="medium-unknown"):
            store.open("0" * 64)

    def test_a_stream_that_breaks_is_not_kept(self, store: BlobStore) -> None:
        with pytest.raises(OSError, match="cut"):
            store.put(Cut(FILM))
        with pytest.raises(NotFound):
            store.open(hashlib.sha256(FILM).hexdigest())

    def test_threads_share_a_store(self, store: BlobStore) -> None:
        def round_trip(number: int) -> bool:
            data = FILM[: 10_000 + number % 3]
            with store.open(store.put(io.BytesIO(data)).sha256) as stream:
                return stream.read() == data

        with ThreadPoolExecutor(6) as pool:
            assert all(pool.map(round_trip, range(18)))

    def test_a_browser_gets_the_whole(self, store: BlobStore) -> None:
        answer = ask(store, FILM)
        assert (answer.status_code, answer.data) == (200, FILM)
        assert answer.content_length == len(FILM)
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.mimetype == "video/mp4"

    @pytest.mark.parametrize(
        ("asked", "start", "end"),
        [("bytes=0-99", 0, 100), ("bytes=250000-", 250_000, 300_000), ("bytes=-7", 299_993, 300_000)],
    )
    def test_a_browser_gets_the_part_that_it_asks_for(self, store: BlobStore, asked: str, start: int, end: int) -> None:
        answer = ask(store, FILM, {"Range": asked})
        assert (answer.status_code, answer.data) == (206, FILM[start:end])
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/300000"

    def test_a_part_beyond_the_end_is_refused(self, store: BlobStore) -> None:
        assert ask(store, FILM, {"Range": "bytes=300000-"}).status_code == 416

    def test_a_browser_that_has_it_gets_nothing(self, store: BlobStore) -> None:
        answer = ask(store, FILM, {"If-None-Match": f'"{hashlib.sha256(FILM).hexdigest()}"'})
        assert (answer.status_code, answer.data) == (304, b"")


class Cut(io.BytesIO):
    """A stream that breaks after its first bytes."""

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if not data:
            raise OSError("cut")
        return data


def ask(store: BlobStore, data: bytes, headers: dict[str, str] | None = None) -> Response:
    """What a browser gets that asks the tool for a medium."""
    blob = store.put(io.BytesIO(data))
    app = Flask("media")
    app.add_url_rule("/", view_func=lambda: send_blob(store, blob.sha256, "video/mp4"))
    with app.test_client().get("/", headers=headers) as answer:
        assert isinstance(answer, Response)
        answer.get_data()
    return answer


class TestLocalBlobs(BlobStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> LocalBlobs:
        return LocalBlobs(tmp_path / "media")


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3-compatible store, whose only key is `key` and `secret`."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys where Amazon's tools look for them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def bucket(s3: str, keys: None, request: pytest.FixtureRequest) -> str:
    name = f"traam-{abs(hash(request.node.nodeid))}"
    client = boto3.client("s3", endpoint_url=s3, region_name="us-east-1")
    client.create_bucket(Bucket=name)
    client.close()
    return name


class TestS3Blobs(BlobStoreContract):
    @pytest.fixture
    def store(self, s3: str, bucket: str) -> S3Blobs:
        return S3Blobs(f"s3://{bucket}/media/2026/", endpoint=s3)

    def test_keys_are_those_of_the_folder_below_the_prefix(self, s3: str, bucket: str, store: S3Blobs) -> None:
        blob = store.put(io.BytesIO(b"carte"))
        client = boto3.client("s3", endpoint_url=s3, region_name="us-east-1")
        (listed,) = client.list_objects_v2(Bucket=bucket)["Contents"]
        client.close()
        assert listed["Key"] == f"media/2026/{blob.sha256[:2]}/{blob.sha256}"

    @pytest.mark.usefixtures("keys")
    def test_a_bucket_that_is_not_there_is_no_medium_unknown(self, s3: str) -> None:
        store = S3Blobs("s3://nobody-has-this", endpoint=s3)
        with pytest.raises(Unavailable, match="storage-silent"):
            store.open("0" * 64)

    def test_a_bucket_that_works_has_no_fault_and_keeps_nothing_of_the_trial(
        self, s3: str, bucket: str, store: S3Blobs
    ) -> None:
        assert store.fault() is None
        client = boto3.client("s3", endpoint_url=s3, region_name="us-east-1")
        assert "Contents" not in client.list_objects_v2(Bucket=bucket)
        client.close()

    @pytest.mark.usefixtures("keys")
    def test_a_bucket_that_is_not_there_is_a_fault(self, s3: str) -> None:
        assert S3Blobs("s3://nobody-has-this", endpoint=s3).fault() == "NoSuchBucket"

    def test_a_key_that_the_store_does_not_know_is_a_fault(self, s3: str, store: S3Blobs) -> None:
        requests.post(f"{s3}/moto-api/reset-auth", data="0", timeout=10)
        try:
            assert store.fault() == "InvalidAccessKeyId"
        finally:
            requests.post(f"{s3}/moto-api/reset-auth", data="inf", timeout=10)

    @pytest.mark.usefixtures("keys")
    def test_a_store_that_does_not_answer_is_unavailable(self) -> None:
        store = S3Blobs("s3://traam", endpoint=f"http://127.0.0.1:{free_port()}")
        with pytest.raises(Unavailable, match="storage-silent"):
            store.put(io.BytesIO(b"carte"))
