"""What a newcomer sees."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.demo_lms import DemoLMS

PAGES = ["/", "/activities/1/view?user=3", "/activities/1/launch?user=3", "/gradebook", "/return", "/nowhere"]


def test_the_course_shows_its_activities_with_a_button_for_each_person(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Sciences économiques et sociales" in page
    assert page.count("Ouvrir en tant qu&#39;enseignant</button>") == 2
    for number in (1, 2, 3):
        assert page.count(f">Ouvrir en tant que Élève {number}</button>") == 2
    assert ">Carnet de notes</a>" in page


def test_an_activity_opens_in_a_frame_of_the_course(client: FlaskClient) -> None:
    page = client.get("/activities/1/view?user=4").text
    assert '<iframe class="stage__frame" id="contentframe" name="contentframe"' in page
    assert 'src="/activities/1/launch?user=4" allowfullscreen' in page
    assert "<strong>Élève 2</strong>" in page


@pytest.mark.parametrize("device", ["Mozilla/5.0 (iPhone) Mobile/15E148", "Mozilla/5.0 (Linux; Android 13; Tablet)"])
def test_on_a_phone_the_activity_takes_the_place_of_the_course(client: FlaskClient, device: str) -> None:
    answer = client.get("/activities/1/view?user=4", headers={"User-Agent": device})
    assert answer.status_code == 303
    assert answer.location == "/activities/1/launch?user=4&target=frame"


@pytest.mark.parametrize("address", ["/activities/9/view?user=3", "/activities/1/view?user=9", "/activities/1/view"])
def test_an_unknown_person_or_activity_gets_a_page(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "Retour au cours" in response.text


def test_the_gradebook_shows_grades_comments_and_empty_cells(
    client: FlaskClient, send_score: Callable[..., TestResponse]
) -> None:
    send_score(7.5, comment="Bien <vu>")
    page = client.get("/gradebook").text
    assert '<span class="grades__score">7,5 / 8</span>' in page
    assert "Bien &lt;vu&gt;" in page
    assert page.count('<span class="grades__score">–</span>') == 5


def test_the_gradebook_is_there_as_data(
    client: FlaskClient, lms: DemoLMS, send_score: Callable[..., TestResponse]
) -> None:
    send_score()
    book = client.get("/gradebook.json").json
    assert book == lms.gradebook()
    assert book["activities"] == [
        {"key": "1", "title": "Le plan de dissertation", "maximum": 8.0},
        {"key": "2", "title": "Sans note", "maximum": None},
    ]
    assert [(row["user"], row["name"]) for row in book["rows"]] == [
        ("3", "Élève 1"),
        ("4", "Élève 2"),
        ("5", "Élève 3"),
    ]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_says_its_name_and_holds_no_inline_script_or_style(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert re.search(r'<body data-page="[a-z-]+">', response.text)
    assert not re.search(r"<style|style=|<script>|\son[a-z]+=", response.text)
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_works_without_third_parties(client: FlaskClient, address: str) -> None:
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', client.get(address).text)
    assert [url for url in loaded if not url.startswith("/")] == []


def test_a_message_of_the_tool_is_shown_as_text(client: FlaskClient) -> None:
    assert "&lt;b&gt;Au revoir" in client.get("/return", query_string={"lti_msg": "<b>Au revoir"}).text


def test_the_other_name_of_this_machine_leads_to_the_issuer(client: FlaskClient) -> None:
    response = client.get("/gradebook", base_url="http://localhost:8001")
    assert response.headers["Location"] == "http://127.0.0.1:8001/gradebook"
