"""Whether the other machines answer: the broker and its workers, the bucket, the platforms. For `traam doctor` alone.

Each call has a limit of seconds, and platforms are asked side by side: a page of the tool would still be too slow.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from lti_tool.administration.health import Finding
from lti_tool.errors import Unavailable
from lti_tool.lti.outgoing import AddressRefused, PlatformUnreachable
from lti_tool.lti.registration import Registration, host_of
from lti_tool.platforms.service import Platforms
from lti_tool.settings import Settings

AT_ONCE = 16
"""Platforms that are asked at the same time, each for ten seconds at most."""

BROKER = {
    "silent": ("problem", "the Redis of TRAAM_BROKER_URL does not answer: grades leave at the next look of a worker"),
    "refuses": ("problem", "the Redis of TRAAM_BROKER_URL refuses: check user, password and number, and its memory"),
    "unheard": ("problem", "Redis answers, but no worker listens: start `traam worker`, or no grade is sent"),
    "heard": ("ok", "Redis answers, and a worker listens"),
}

BUCKET = {
    "InvalidAccessKeyId": "it does not know the key: check AWS_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "the secret is not that of the key: check AWS_SECRET_ACCESS_KEY and AWS_REGION",
    "AccessDenied": "the key may not put and get objects there: give it that right",
    "403": "the key may not put and get objects there: give it that right",
    "NoSuchBucket": "there is no such bucket: make it, or correct TRAAM_BLOBS_URL",
    "NoCredentialsError": "no key is set: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "EndpointConnectionError": "it cannot be reached: check TRAAM_S3_ENDPOINT",
    "ConnectTimeoutError": "it cannot be reached: check TRAAM_S3_ENDPOINT",
    "SSLError": "its https certificate is not one to be trusted: check TRAAM_S3_ENDPOINT, or AWS_CA_BUNDLE",
}


def examine_engines(settings: Settings) -> Iterator[Finding]:
    """The broker, where delivery is by Celery, and the bucket, where the media are in one.

    Whoever has made a house on these settings has the extras.
    """
    if settings.delivery == "celery":
        from lti_tool.gradebook.celery_wake_ups import try_broker  # noqa: PLC0415 # Slow to import, and an extra.

        found = try_broker(settings.broker_url.get_secret_value())
        level, says = BROKER[found]
        yield Finding(level, f"connection-broker-{found}", says)
    if settings.blobs_url:
        from lti_tool.catalogue.blobs_s3 import S3Blobs  # noqa: PLC0415 # Likewise.

        fault = S3Blobs(settings.blobs_url, endpoint=settings.s3_endpoint).fault()
        if fault is None:
            yield Finding("ok", "connection-bucket", f"{settings.blobs_url} takes and gives objects")
        else:
            says = BUCKET.get(fault, f"it answers {fault}: check TRAAM_BLOBS_URL and TRAAM_S3_ENDPOINT")
            yield Finding("problem", "connection-bucket-fault", f"media cannot be kept in {settings.blobs_url}; {says}")


def examine_platforms(platforms: Platforms) -> Iterator[Finding]:
    """Each active platform is asked for its keys, without which nobody can launch."""
    asked = [registration for registration, _ in platforms.all() if registration.active]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="doctor") as pool:
        yield from pool.map(lambda registration: _examine(platforms, registration), asked)


def _examine(platforms: Platforms, registration: Registration) -> Finding:
    name, host = registration.name, host_of(registration.jwks_url)[0]
    try:
        count = platforms.count_published_keys(registration)
    except AddressRefused:
        says = f"{name}: {host} may not be called, its address is refused: check the address of its keys"
        return Finding("problem", "connection-platform-refused", says)
    except PlatformUnreachable as error:
        if error.id.startswith("platform-answer-"):
            says = f"{name}: {host} answers, but there are no keys at the address of its keys: check it"
            return Finding("problem", "connection-platform-no-keys", says)
        says = f"{name}: {host} does not answer: it is down, or the address of its keys is mistyped"
        return Finding("warning", "connection-platform-silent", says)
    except Unavailable:
        count = 0
    if not count:
        says = f"{name}: {host} answers without a key that can be used: check the address of its keys"
        return Finding("problem", "connection-platform-no-keys", says)
    return Finding("ok", "connection-platform", f"{name} answers, and publishes its keys")
