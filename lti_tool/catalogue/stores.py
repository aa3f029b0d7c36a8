"""Which store the media are in."""

from __future__ import annotations

from lti_tool.catalogue.blobs import BlobStore, LocalBlobs
from lti_tool.settings import Settings, SettingsRefused


def open_blobs(settings: Settings) -> BlobStore:
    """The store that the settings name; nothing is called yet. Raises `SettingsRefused` where boto3 is missing."""
    if not settings.blobs_url:
        return LocalBlobs(settings.data_dir / "media")
    try:
        from lti_tool.catalogue.blobs_s3 import S3Blobs  # noqa: PLC0415 # Slow to import, and an extra.
    except ImportError:
        raise SettingsRefused("TRAAM_BLOBS_URL needs boto3: install `requirements-engines.lock`") from None
    return S3Blobs(settings.blobs_url, endpoint=settings.s3_endpoint)
