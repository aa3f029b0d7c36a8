"""Open edX's library asks for activities and reads our answer: its claim, its verification, its serializers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.xblock_platform import XBlockPlatform
from tests.lti_tool.desk import h5p_file, store
from tests.lti_tool.picking import SETTINGS, answer_of, insert, open_picker, settings_of
from tests.support.house import House, Visit

RETURN_URL = "http://127.0.0.1:8001/deep-linking/return"


def asked() -> dict[str, Any]:
    """The settings in the library's deep linking claim."""
    from lti_consumer.lti_1p3.deep_linking import LtiDeepLinking  # noqa: PLC0415 - needs a configured Django

    claim = LtiDeepLinking("http://localhost:8000/lti/launch", RETURN_URL).get_lti_deep_linking_launch_claim()
    settings: dict[str, Any] = claim[SETTINGS]
    return settings


def read(house: House, page: Visit) -> list[dict[str, Any]]:
    """The items that the library takes, each through its serializer."""
    from lti_consumer.lti_1p3.consumer import LtiAdvantageConsumer  # noqa: PLC0415 - as above
    from lti_consumer.lti_1p3.extensions.rest_framework.serializers import (  # noqa: PLC0415
        LtiDlLtiResourceLinkSerializer,
    )

    consumer = LtiAdvantageConsumer(
        iss="http://127.0.0.1:8001",
        lti_oidc_url="http://localhost:8000/lti/login",
        lti_launch_url="http://localhost:8000/lti/launch",
        client_id=house.lms.config.client_id,
        deployment_id="1",
        rsa_key=house.lms.key.pem,
        rsa_key_id=house.lms.key.kid,
        redirect_uris=["http://localhost:8000/lti/launch"],
        tool_key=house.services.platforms.signing_key().public_pem(),
    )
    consumer.enable_deep_linking("http://localhost:8000/lti/launch", RETURN_URL)
    items = consumer.check_and_decode_deep_linking_token(answer_of(page)[1])
    kept = []
    for item in items:
        serializer = LtiDlLtiResourceLinkSerializer(data=item)
        serializer.is_valid(raise_exception=True)
        kept.append(dict(serializer.validated_data))
    return kept


@pytest.fixture
def revision(house: House, xblock_platform: XBlockPlatform) -> int:  # Django is configured by the platform.
    return store(house, h5p_file())


def test_open_edx_takes_a_graded_activity(house: House, revision: int) -> None:
    page = open_picker(house, settings=asked())
    assert page.name == "pick"
    (item,) = read(house, insert(page, revision))
    assert item["url"] == "http://localhost:8000/lti/launch"
    assert item["title"] == "Le marché"
    assert set(item["custom"]) == {"activity"}
    assert item["lineItem"]["scoreMaximum"] == 2
    assert item["lineItem"]["tag"] == "traam"


def test_open_edx_takes_the_dates(house: House, revision: int) -> None:
    fields = settings_of(revision, opens="2026-03-02T08:00", closes="2026-03-09T18:30")
    (item,) = read(house, insert(open_picker(house, settings=asked()), revision, **fields))
    assert item["available"]["startDateTime"].isoformat() == "2026-03-02T07:00:00+00:00"
    assert item["submission"]["endDateTime"].isoformat() == "2026-03-09T17:30:00+00:00"


def test_open_edx_takes_an_empty_answer(house: House, revision: int) -> None:
    page = open_picker(house, settings=asked())
    assert read(house, page.post("pick/cancel", {})) == []
