"""What must be refused is refused: in clear French, with a reference that the log knows, and nothing is written."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

import lti_tool.cli.db  # noqa: F401 # It knows every table.
from lti_tool.app import make_services
from lti_tool.db import metadata
from lti_tool.demo_lms import DemoLMS
from lti_tool.lti.outgoing import OutgoingHTTP
from lti_tool.web.texts import load_texts
from tests.conformance.refused_launches import ALTERING, REFUSALS, Refusal
from tests.lti_tool.lti.scripted_server import Asked, Reply, ScriptedServer
from tests.support.house import BASE, House, Visit, make_house
from tests.support.school import platform_of

GENERIC = ("request-refused", "unexpected")
TOKEN = re.compile(r"eyJ[\w-]{20,}")


def named(case: Refusal) -> str:
    return case.name


def written(house: House) -> dict[str, list[Any]]:
    """Everything in the database, but the platforms' keysets, which are a cache."""
    tables = metadata.sorted_tables
    with house.services.database.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(*columns)).all()]
            for table in tables
            for columns in [[column for column in table.c if not column.name.startswith("keyset")]]
        }


def assert_told(visit: Visit, case: Refusal, log: str) -> None:
    """The page says what happened in words of its own, and bears a reference that the log knows."""
    assert (visit.error, visit.page.status_code) == (case.error, case.status)
    assert visit.name == "error"
    shown = html.unescape(visit.page.text)
    texts = load_texts()
    assert texts[case.error].title in shown
    assert texts[case.error].title not in {texts[generic].title for generic in GENERIC}
    assert 'lang="fr"' in shown
    reference = re.search(r"<code>([0-9a-f]{8})</code>", shown)
    assert reference
    assert f"reference={reference[1]}" in log
    assert not TOKEN.search(log)
    assert not TOKEN.search(shown)


@pytest.fixture(scope="module")
def standing_house(house_seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house for many refusals: none of them changes it."""
    made = make_house(house_seed, tmp_path_factory.mktemp("standing"))
    made.launch("2")
    yield made
    made.services.database.engine.dispose()


@pytest.mark.parametrize("case", REFUSALS, ids=named)
def test_a_bad_launch_is_refused_in_clear_words_and_writes_nothing(
    case: Refusal, standing_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    before = written(standing_house)
    visit = case.act(standing_house)
    assert_told(visit, case, caplog.text)
    assert written(standing_house) == before


@pytest.mark.parametrize("case", ALTERING, ids=named)
def test_a_launch_that_has_become_bad_is_refused_in_clear_words(
    case: Refusal, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    assert_told(case.act(house), case, caplog.text)


@pytest.mark.parametrize("path", ["/lti/login", "/lti/launch"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(method: str, path: str, house: House) -> None:
    visit = Visit(house.browser(), house.browser().open(path, method=method, base_url=BASE))
    assert (visit.error, visit.page.status_code) == ("method-not-allowed", 405)


def test_a_launch_cannot_be_asked_for_by_get(house: House) -> None:
    login = house.login()
    query = {"id_token": house.lms.id_token("3", "1", nonce=login.nonce), "state": login.state}
    assert login.client.get("/lti/launch", query_string=query, base_url=BASE).status_code == 405


def test_fields_that_come_twice_count_once(house: House) -> None:
    login = house.login()
    token = house.lms.id_token("3", "1", nonce=login.nonce)
    form = {"id_token": ["forged", token], "state": [login.state, "forged"]}
    visit = Visit(login.client, login.client.post("/lti/launch", data=form, base_url=BASE))
    assert visit.error == "launch-token-malformed"


@pytest.mark.parametrize(
    "junk", ['traam="; ;=;\xff', "traam=é", "traam=" + "a" * 5000, "traam=a b; traam=", "traam=;;"]
)
def test_junk_in_the_cookie_is_no_cookie(junk: str, house: House) -> None:
    login = house.login()
    token = house.lms.id_token("3", "1", nonce=login.nonce)
    client = house.app.test_client(use_cookies=False)
    headers = {"Cookie": junk, "Sec-Fetch-Dest": "document"}
    answer = client.post("/lti/launch", data={"id_token": token, "state": login.state}, base_url=BASE, headers=headers)
    assert Visit(client, answer).error in {"launch-without-cookie", "launch-of-another-browser"}


def test_a_host_header_changes_no_address(house: House) -> None:
    client: FlaskClient = house.browser()
    headers = {"Host": "voleur.example", "X-Forwarded-Host": "voleur.example", "X-Forwarded-Proto": "https"}
    answer = client.post("/lti/login", data=house.lms.start_login("3", "1"), headers=headers)
    assert answer.status_code == 302
    assert "voleur" not in answer.location


# --- a platform whose keys cannot be had, through the real door


@contextmanager
def real_door(house: House, server: ScriptedServer) -> Iterator[House]:
    """The house with a platform on `server`, called as in real life."""
    http = OutgoingHTTP(development=True, connect_seconds=1, total_seconds=1)
    services = make_services(house.services.settings, http=http)
    lms = DemoLMS(replace(house.lms.config, base_url=server.url), key=house.lms.key)
    services.platforms.add(platform_of(lms.config))
    yield House(services, lms, house.http)
    services.database.engine.dispose()
    lms.close()


def drip() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    yield b'{"keys": ['


UNUSABLE = {
    "404": Reply(404, "Not Found", body=b"<h1>Not Found</h1>"),
    "500": Reply(500, "Oops", body=b"{}"),
    "HTML": Reply(headers={"Content-Type": "text/html"}, body=b"<!doctype html><title>Maintenance</title>"),
    "huge": Reply(body=b'{"keys": [' + b'"' + b"x" * 2_000_000 + b'"]}'),
    "redirected": Reply(302, "Found", headers={"Location": "http://169.254.169.254/latest/meta-data/"}),
    "redirected to itself": Reply(301, "Moved", headers={"Location": "/certs"}),
    "cut short": Reply(raw=drip),
    "a list": Reply(body=b"[]"),
    "an object without keys": Reply(body=b'{"error": "invalid_request"}'),
    "deep": Reply(body=b'{"keys": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "not UTF-8": Reply(body=b"\xff\xfe\x00{"),
}


@pytest.mark.parametrize("answer", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_keyset_that_is_no_keyset_opens_nothing(
    answer: Reply, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with ScriptedServer(lambda _asked: answer) as server, real_door(house, server) as real:
        before = written(real)
        visit = real.launch()
        case = Refusal("", "platform-keys-unavailable", 503, lambda _house: visit)
        assert_told(visit, case, caplog.text)
        assert written(real) == before
        assert [asked.path for asked in server.asked] == ["/certs"]


def test_a_platform_that_is_down_opens_nothing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with ScriptedServer(lambda _asked: Reply()) as server:
        pass
    with real_door(house, server) as real:
        visit = real.launch()
        assert_told(visit, Refusal("", "platform-keys-unavailable", 503, lambda _house: visit), caplog.text)


def test_a_keyset_through_the_real_door_opens_the_page(house: House) -> None:
    def script(_asked: Asked) -> Reply:
        return Reply(body=keyset_of(house))

    with ScriptedServer(script) as server, real_door(house, server) as real:
        assert real.launch().page.status_code == 200
        assert real.launch("4").page.status_code == 200
        assert len(server.asked) == 1


def keyset_of(house: House) -> bytes:
    return json.dumps(house.lms.keyset).encode()
