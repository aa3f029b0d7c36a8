"""What the script adds to the pages, seen in a browser."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest
from flask import Flask, g, jsonify, redirect, render_template_string, request
from playwright.sync_api import Page, expect
from werkzeug.wrappers import Response

from lti_tool.errors import Conflict
from tests.lti_tool.web.conftest import Site

pytestmark = pytest.mark.browser

COURSE = "https://lms.example/course/7"
TEMPLATE = """
{%- extends "base.html" -%}
{%- set page = "play" -%}
{%- set address = "/play" -%}
{%- block main %}
<h1 tabindex="-1">Page {{ quiz.version }}</h1>
<form method="post" action="/step" data-enhance data-autosave>
  <input type="hidden" name="version" value="{{ quiz.version }}">
  <input class="blank" name="answer" aria-label="Réponse" value="{{ quiz.answer }}">
  <button class="btn" name="action" value="check">Vérifier</button>
</form>
<p id="feedback" tabindex="-1"{% if quiz.checked %} data-focus{% endif %}>{{ "Bravo" if quiz.checked else "" }}</p>
{% if quiz.grade_after is not none %}<p data-poll="/grade">Note en attente</p>{% endif %}
{% endblock -%}
"""


@dataclass
class Quiz:
    """One pupil, one question, kept in memory; the test looks inside."""

    answer: str = ""
    version: int = 1
    checked: bool = False
    grade_after: int | None = None
    broken: bool = False
    writes: list[tuple[str, int, str]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    """Closed, it holds the answers to what is posted."""
    written: threading.Event = field(default_factory=threading.Event)

    def add_to(self, app: Flask) -> None:
        self.gate.set()
        app.add_url_rule("/launch", view_func=self.show, endpoint="launch")
        app.add_url_rule("/play", view_func=self.show)
        app.add_url_rule("/step", view_func=self.step, methods=["POST"])
        app.add_url_rule("/grade", view_func=self.grade)

    def show(self) -> str:
        g.course_url = COURSE if request.endpoint == "launch" else None
        return render_template_string(TEMPLATE, quiz=self)

    def step(self) -> Response:
        if self.broken:
            return Response("busy", status=503)
        action, version, answer = request.form["action"], int(request.form["version"]), request.form["answer"]
        self.gate.wait(5)
        if version != self.version:
            raise Conflict("attempt-elsewhere")
        self.writes.append((action, version, answer))
        self.version += 1
        self.answer, self.checked = answer, action == "check"
        self.written.set()
        if request.accept_mimetypes.best == "application/json":
            return jsonify({"saved": True, "version": self.version})
        return redirect("/play", 303)

    def grade(self) -> str:
        assert self.grade_after is not None
        self.grade_after -= 1
        return "<p>Note transmise</p>" if self.grade_after <= 0 else '<p data-poll="/grade">Note en attente</p>'


@pytest.fixture
def quiz(site: Site) -> Quiz:
    quiz = Quiz()
    quiz.add_to(site.app)
    site.start()
    return quiz


@pytest.fixture
def opened(quiz: Quiz, site: Site, page: Page) -> Page:
    page.goto(f"{site.url}/launch")
    return page


def answer(page: Page, text: str) -> None:
    page.get_by_label("Réponse").fill(text)


def test_the_address_becomes_the_one_of_the_session(opened: Page, site: Site) -> None:
    expect(opened).to_have_url(f"{site.url}/play")


def test_an_answer_is_saved_as_it_comes_and_the_page_says_so(opened: Page, quiz: Quiz) -> None:
    answer(opened, "capital")
    expect(opened.get_by_role("status")).to_have_text("Enregistré")
    assert quiz.writes == [("save", 1, "capital")]
    assert opened.locator("[name=version]").input_value() == "2"


def test_a_check_swaps_the_page_and_moves_the_focus_to_what_is_new(opened: Page, quiz: Quiz) -> None:
    answer(opened, "capital")
    opened.get_by_role("button", name="Vérifier").click()
    expect(opened.locator("#feedback")).to_be_focused()
    expect(opened.locator("#feedback")).to_have_text("Bravo")
    assert quiz.writes[-1][0] == "check"


def test_a_check_waits_for_the_save_under_way_and_takes_its_version(opened: Page, quiz: Quiz) -> None:
    quiz.gate.clear()
    with opened.expect_request("**/step"):
        answer(opened, "cap")
    answer(opened, "capital")
    opened.get_by_role("button", name="Vérifier").click()
    quiz.gate.set()
    expect(opened.locator("#feedback")).to_have_text("Bravo")
    assert quiz.writes == [("save", 1, "cap"), ("check", 2, "capital")]


def test_an_older_page_is_told_that_the_work_went_on_elsewhere(opened: Page, quiz: Quiz) -> None:
    quiz.version = 7
    answer(opened, "capital")
    expect(opened.locator("body")).to_have_attribute("data-page", "error")
    expect(opened.locator("[data-error=attempt-elsewhere]")).to_be_visible()
    assert quiz.writes == []


def test_without_connection_the_answer_waits_and_goes_later(opened: Page, quiz: Quiz) -> None:
    quiz.broken = True
    answer(opened, "capital")
    expect(opened.get_by_role("status")).to_contain_text("Pas de connexion")
    quiz.broken = False
    opened.evaluate("dispatchEvent(new Event('online'))")
    expect(opened.get_by_role("status")).to_have_text("Enregistré")
    assert quiz.answer == "capital"


def test_a_check_that_does_not_get_through_loses_nothing(opened: Page, quiz: Quiz) -> None:
    quiz.broken = True
    answer(opened, "capital")
    opened.get_by_role("button", name="Vérifier").click()
    expect(opened.get_by_role("status")).to_contain_text("L’envoi n’a pas abouti")
    expect(opened.get_by_label("Réponse")).to_have_value("capital")


def test_leaving_the_page_saves_what_was_just_typed(opened: Page, quiz: Quiz) -> None:
    answer(opened, "capital")
    opened.goto("about:blank")
    assert quiz.written.wait(10)
    assert quiz.answer == "capital"


def test_leaving_a_field_is_not_worth_saving_again(opened: Page, quiz: Quiz) -> None:
    answer(opened, "Paris")
    expect(opened.get_by_role("status")).to_have_text("Enregistré")
    opened.get_by_label("Réponse").blur()
    opened.get_by_role("button", name="Vérifier").click()
    expect(opened.get_by_text("Bravo")).to_be_visible()
    assert [action for action, *_ in quiz.writes] == ["save", "check"]


def test_what_is_being_typed_is_not_called_saved(opened: Page, quiz: Quiz) -> None:
    answer(opened, "Par")
    expect(opened.get_by_role("status")).to_have_text("Enregistré")
    quiz.gate.clear()
    answer(opened, "Paris")
    expect(opened.get_by_role("status")).not_to_have_text("Enregistré")
    quiz.gate.set()
    expect(opened.get_by_role("status")).to_have_text("Enregistré")


def test_a_refusal_leads_back_to_the_course_that_the_launch_came_from(opened: Page, quiz: Quiz, site: Site) -> None:
    answer(opened, "Paris")
    expect(opened.get_by_role("status")).to_have_text("Enregistré")
    quiz.version += 1
    answer(opened, "Lyon")
    way = opened.get_by_role("link", name="Revenir au cours")
    expect(way).to_have_attribute("href", COURSE)
    expect(way).to_have_attribute("target", "_top")


def test_where_no_course_is_known_no_link_is_shown(page: Page, site: Site) -> None:
    site.start()
    page.goto(f"{site.url}/nowhere")
    expect(page.get_by_role("heading")).to_be_visible()
    expect(page.get_by_role("link", name="Revenir au cours")).to_have_count(0)


def test_a_grade_is_watched_until_it_has_left(quiz: Quiz, site: Site, page: Page) -> None:
    quiz.grade_after = 1
    page.goto(f"{site.url}/play")
    expect(page.get_by_text("Note transmise")).to_be_visible(timeout=10_000)
    assert page.locator("[data-poll]").count() == 0


def test_a_form_works_without_the_script(quiz: Quiz, site: Site, page: Page) -> None:
    page.route("**/app.js*", lambda route: route.abort())
    page.goto(f"{site.url}/play")
    answer(page, "capital")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator("#feedback")).to_have_text("Bravo")
    assert quiz.writes == [("check", 1, "capital")]
