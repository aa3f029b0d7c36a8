"""Registrations that must be refused: each with its own error, nothing half-written, no invitation lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Response, redirect
from flask.typing import ResponseReturnValue

from lti_tool.app import make_services
from lti_tool.demo_lms.registration import TOOL
from lti_tool.lti.outgoing import OutgoingHTTP
from tests.lti_tool.lti.scripted_server import Asked, Reply, ScriptedServer
from tests.support.house import House, make_house
from tests.support.registration import RegistrationPage, invite, open_registration, play_platform

ELSEWHERE = "https://evil.example"


@pytest.fixture
def house(house_seed: Path, tmp_path: Path) -> Iterator[House]:
    made = make_house(house_seed, tmp_path / "house")
    yield made
    made.services.database.engine.dispose()


def assert_nothing_is_written(house: House) -> None:
    assert len(house.services.platforms.records.all()) == 1, "only the platform that was there before"
    assert all(invitation.used_at is None for invitation in house.services.platforms.invitations.all())


def changed(**fields: Any) -> Callable[[dict[str, Any]], Any]:
    """A configuration with fields replaced, or removed where the value is None."""
    return lambda document: {name: value for name, value in {**document, **fields}.items() if value is not None}


WRONG_CONFIGURATIONS = {
    "it is a list": (lambda _document: [], "registration-configuration"),
    "it is HTML": (lambda _document: Response("<html>", mimetype="text/html"), "registration-configuration"),
    "it is not found": (lambda _document: Response("", 404), "registration-configuration-refused"),
    "it redirects": (lambda _document: redirect("http://169.254.169.254/"), "registration-configuration-refused"),
    "it has no issuer": (changed(issuer=None), "registration-configuration"),
    "it has no token endpoint": (changed(token_endpoint=None), "registration-configuration"),
    "it has no keyset": (changed(jwks_uri=None), "registration-configuration"),
    "it has no authorization endpoint": (changed(authorization_endpoint=None), "registration-configuration"),
    "it has no registration endpoint": (changed(registration_endpoint=None), "registration-configuration"),
    "its issuer is a number": (changed(issuer=7), "registration-configuration"),
    "its issuer is endless": (changed(issuer=f"{ELSEWHERE}/{'a' * 300}"), "registration-configuration"),
    "its issuer is on another host": (changed(issuer=ELSEWHERE), "registration-foreign-host"),
    "its token endpoint is on another host": (changed(token_endpoint=f"{ELSEWHERE}/t"), "registration-foreign-host"),
    "its keyset is on another host": (changed(jwks_uri=f"{ELSEWHERE}/k"), "registration-foreign-host"),
    "its registration is on another host": (
        changed(registration_endpoint=f"{ELSEWHERE}/r"),
        "registration-foreign-host",
    ),
    "its log-in pages are on another host": (
        changed(authorization_endpoint=f"{ELSEWHERE}/a"),
        "registration-foreign-host",
    ),
    "its keyset is on another port": (changed(jwks_uri="http://127.0.0.1:1/certs"), "registration-foreign-host"),
    "its keyset is a file": (changed(jwks_uri="file:///etc/passwd"), "registration-configuration"),
    "its keyset names a user": (changed(jwks_uri="https://a@127.0.0.1:8001/certs"), "registration-configuration"),
}


@pytest.mark.parametrize("case", WRONG_CONFIGURATIONS)
def test_a_configuration_is_refused_when(case: str, house: House) -> None:
    configuration, error = WRONG_CONFIGURATIONS[case]
    play_platform(house, configuration=configuration)
    page = open_registration(house, invite(house))
    assert page.page.status_code >= 400
    assert page.error == error
    assert_nothing_is_written(house)


@pytest.mark.parametrize(
    "address",
    [
        "http://moodle.example/openid-configuration",
        "ftp://127.0.0.1:8001/openid-configuration",
        "https://user@moodle.example/openid-configuration",
        "https://moodle.example\\@evil.example/",
        "https://moodle.example/ü",
        "//moodle.example/openid-configuration",
        "https://",
        "https://[::1",
        "https://moodle.example/" + "a" * 2000,
    ],
)
def test_a_configuration_address_is_refused(address: str, house: House) -> None:
    play_platform(house)
    page = open_registration(house, invite(house), openid_configuration=address)
    assert (page.page.status_code, page.error) == (400, "registration-address")
    assert house.http.calls == []


def test_a_token_that_could_split_a_header_is_refused(house: House) -> None:
    play_platform(house)
    page = open_registration(house, invite(house), registration_token="abc\r\nHost: evil")
    assert page.error == "registration-token"


WRONG_ANSWERS: dict[str, tuple[Callable[[], ResponseReturnValue], str]] = {
    "it is an error": (lambda: ("domain_targetlinkuri_mismatch", 400), "registration-refused"),
    "it breaks": (lambda: ("", 500), "registration-refused"),
    "it redirects": (lambda: redirect("http://169.254.169.254/"), "registration-refused"),
    "its token is used": (lambda: ("token_already_used", 401), "registration-token-used"),
    "it is HTML": (lambda: "<html>", "registration-answer-wrong"),
    "it has no client id": (lambda: {"client_name": "TraAM"}, "registration-answer-wrong"),
    "its client id is a number": (lambda: {"client_id": 7}, "registration-answer-wrong"),
    "its client id is endless": (lambda: {"client_id": "a" * 256}, "registration-answer-wrong"),
    "its deployment is a list": (
        lambda: {"client_id": "abc", TOOL: {"deployment_id": ["1"]}},
        "registration-answer-wrong",
    ),
}


@pytest.mark.parametrize("case", WRONG_ANSWERS)
def test_an_answer_is_refused_when(case: str, house: House) -> None:
    answer, error = WRONG_ANSWERS[case]
    play_platform(house, answer=answer)
    page = open_registration(house, invite(house)).confirm()
    assert page.page.status_code >= 400
    assert page.error == error
    assert_nothing_is_written(house)


def test_after_a_failure_the_same_invitation_serves(house: House) -> None:
    link = invite(house)
    play_platform(house, answer=lambda: ("", 500))
    assert open_registration(house, link).confirm().error == "registration-refused"
    play_platform(house)
    assert open_registration(house, link).confirm().page.status_code == 200


def test_who_confirms_is_told_that_this_platform_is_known_already(house: House) -> None:
    play_platform(house)
    page = open_registration(house, invite(house))
    assert page.page.status_code == 200
    assert "Ce Moodle est déjà connu ici" in page.page.text
    assert "Moodle" in page.page.text


def test_a_registration_cannot_be_replayed(house: House) -> None:
    play_platform(house)
    page = open_registration(house, invite(house))
    sealed = page.sealed
    assert page.confirm().page.status_code == 200
    assert page.confirm(sealed).error == "invitation-used"
    other = open_registration(house, invite(house))
    assert other.confirm(sealed).error == "registration-form"


@pytest.mark.parametrize("sealed", ["", "abc", "a" * 100_000])
def test_a_form_that_is_not_ours_is_refused(sealed: str, house: House) -> None:
    play_platform(house)
    page = open_registration(house, invite(house)).confirm(sealed)
    assert page.error == "registration-form"


def test_a_form_posted_by_another_site_is_refused(house: House) -> None:
    play_platform(house)
    page = open_registration(house, invite(house))
    answer = page.client.post(
        page.link,
        base_url="http://localhost:8000",
        data={"asked": page.sealed},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert_nothing_is_written(house)


def test_an_unknown_invitation_calls_nobody(house: House) -> None:
    play_platform(house)
    page = open_registration(house, "/lti/register/made-up")
    assert (page.page.status_code, page.error) == (404, "invitation-unknown")
    assert house.http.calls == []


# --- Through the guard, over real sockets


def guarded(house: House, **options: float) -> House:
    """The same tool, calling through the guarded door."""
    door = OutgoingHTTP(development=True, **options)  # type: ignore[arg-type] # Seconds only.
    return House(make_services(house.services.settings, http=door), house.lms, house.http)


def opened_on(house: House, server: ScriptedServer) -> RegistrationPage:
    return open_registration(house, invite(house), openid_configuration=f"{server.url}/openid-configuration")


def test_a_configuration_that_redirects_is_not_followed(house: House) -> None:
    def script(_asked: Asked) -> Reply:
        return Reply(status=302, headers={"Location": "/elsewhere"})

    with ScriptedServer(script) as server:
        assert opened_on(guarded(house), server).error == "registration-configuration-refused"
        assert [asked.path for asked in server.asked] == ["/openid-configuration"]


def test_a_configuration_that_never_ends_is_cut(house: House) -> None:
    def drip() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
        while True:
            yield b" " * 65536

    with ScriptedServer(lambda _asked: Reply(raw=drip)) as server:
        page = opened_on(guarded(house), server)
        assert page.error in {"platform-answer-too-long", "platform-slow"}


def test_a_configuration_of_two_megabytes_is_refused(house: House) -> None:
    with ScriptedServer(lambda _asked: Reply(body=b"[" * 2_000_000)) as server:
        assert opened_on(guarded(house), server).error == "platform-answer-too-long"


@pytest.mark.parametrize("host", ["10.0.0.8", "169.254.169.254", "[::1]", "127.0.0.1", "[fd00::1]", "0.0.0.0"])
def test_a_public_tool_calls_no_private_address(host: str, house: House) -> None:
    settings = house.services.settings.model_copy(update={"base_url": "https://tool.example"})
    public = House(make_services(settings), house.lms, house.http)
    link = invite(public)
    client = public.app.test_client()
    url = f"{link}?openid_configuration=https://{host}/openid-configuration&registration_token=abc"
    page = client.get(url, base_url="https://tool.example")
    assert page.status_code == 403
    assert 'data-error="address-private"' in page.text
    public.services.database.engine.dispose()


@pytest.mark.parametrize("host", ["169.254.169.254", "127.0.0.1", "0.0.0.0"])
def test_the_setting_for_private_networks_opens_neither_this_machine_nor_the_clouds_secrets(
    host: str, house: House
) -> None:
    settings = house.services.settings.model_copy(
        update={"base_url": "https://tool.example", "allow_private_platforms": True}
    )
    public = House(make_services(settings), house.lms, house.http)
    page = public.app.test_client().get(
        f"{invite(public)}?openid_configuration=https://{host}/c&registration_token=abc",
        base_url="https://tool.example",
    )
    assert 'data-error="address-private"' in page.text
    public.services.database.engine.dispose()
