"""What a pupil does is kept, whatever happens to the page."""

from __future__ import annotations

from tests.lti_tool.desk import (
    QUESTION_SET,
    WORDS,
    Desk,
    blanks_of,
    desk_with,
    form_of,
    page_marks,
    send,
)
from tests.support.house import OWN, House, Visit

JSON = {**OWN, "Accept": "application/json"}


def written(page: Visit) -> list[str]:
    return list(blanks_of(page).values())


def test_the_first_launch_starts_an_attempt(desk: Desk) -> None:
    page = desk.open()
    assert (page.page.status_code, page.name) == (200, "play")
    assert written(page) == ["", ""]


def test_a_reload_finds_the_answers_again(desk: Desk) -> None:
    page = desk.open()
    send(page, "offre")
    assert written(page.get("play")) == ["offre", ""]


def test_a_launch_from_another_browser_finds_the_answers_again(desk: Desk) -> None:
    send(desk.open(), "offre")
    assert written(desk.open()) == ["offre", ""]


def test_another_pupil_finds_a_page_of_their_own(desk: Desk) -> None:
    send(desk.open("3"), "offre")
    assert written(desk.open("4")) == ["", ""]


def test_another_link_to_the_same_activity_is_other_work(desk: Desk) -> None:
    send(desk.open(link="9"), "offre")
    assert written(desk.open(link="10")) == ["", ""]


def test_the_names_of_the_fields_are_drawn_for_each_attempt(desk: Desk) -> None:
    assert not blanks_of(desk.open("3")).keys() & blanks_of(desk.open("4")).keys()


def test_autosave_answers_that_it_is_saved_and_in_which_version(desk: Desk) -> None:
    page = desk.open()
    answer = page.post(page.step, form_of(page, "offre"), JSON).page
    assert (answer.status_code, answer.json) == (200, {"saved": True, "version": 1})


def test_a_page_without_its_script_is_led_back_to_the_work(desk: Desk) -> None:
    page = desk.open()
    answer = page.client.post(f"/s/{page.secret}/{page.step}", data=form_of(page, "offre"), headers=OWN)
    assert (answer.status_code, answer.location) == (303, f"/s/{page.secret}/play")


def test_an_older_page_is_told_that_the_pupil_went_on_elsewhere(desk: Desk) -> None:
    older, newer = desk.open(), desk.open()
    send(newer, "demande")
    refused = send(older, "offre")
    assert (refused.page.status_code, refused.error) == (409, "attempt-elsewhere")
    assert "Tu as continué ailleurs" in refused.page.text
    assert written(newer.get("play")) == ["demande", ""]


def test_an_older_page_is_shown_the_way_to_the_newest_answers(desk: Desk) -> None:
    older = desk.open()
    send(desk.open(), "demande")
    refused = send(older, "offre")
    assert f'href="/s/{older.secret}/play"' in refused.page.text


def test_an_older_autosave_is_told_in_json(desk: Desk) -> None:
    older = desk.open()
    send(desk.open(), "demande")
    answer = older.post(older.step, form_of(older, "offre"), JSON).page
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["error"]["id"] == "attempt-elsewhere"


def test_a_page_saves_again_although_the_answer_to_its_save_was_lost(desk: Desk) -> None:
    page = desk.open()
    send(page, "offre")
    again = send(page, *WORDS)  # With the version of before the first save.
    assert again.page.status_code == 200
    assert written(again) == list(WORDS)


def test_a_page_that_was_older_once_stays_older(desk: Desk) -> None:
    first, second = desk.open(), desk.open()
    send(first, "offre")
    reloaded = first.get("play")
    send(reloaded, "demande")
    assert send(first, "trop tard").error == "attempt-elsewhere"
    assert send(second, "trop tard").error == "attempt-elsewhere"


def test_a_step_whose_answer_was_lost_is_not_taken_twice(house: House) -> None:
    desk = desk_with(house, "H5P.QuestionSet 1.20", {"questions": [*QUESTION_SET["questions"]] * 2})
    page = desk.open()
    assert "Question 2 sur 4" in send(page, *WORDS, action="next").page.text
    assert "Question 2 sur 4" in send(page, *WORDS, action="next").page.text
    checked = send(page.get("play"), action="previous")
    locked = send(checked, action="check")
    assert "Question 2 sur 4" in send(locked, action="next").page.text
    again = locked.post(locked.step, {**page_marks(locked), "action": "next"})
    assert (again.page.status_code, again.name) == (200, "play")
    assert "Question 2 sur 4" in again.page.text


def test_a_late_save_of_a_page_that_has_gone_on_changes_nothing(house: House) -> None:
    desk = desk_with(house, "H5P.QuestionSet 1.20")
    page = desk.open()
    send(page, *WORDS, action="next")
    late = page.post(page.step, form_of(page, "trop tard"), JSON).page
    assert late.status_code == 409
    # What the script does next: ask for the page to show.
    shown = page.post(page.step, form_of(page, "trop tard"))
    assert "Question 2 sur 2" in shown.page.text
    assert written(send(shown, action="previous")) == list(WORDS)


def test_an_older_page_is_told_even_when_the_pupil_is_at_another_question(house: House) -> None:
    desk = desk_with(house, "H5P.QuestionSet 1.20")
    older = desk.open()
    send(desk.open(), *WORDS, action="next")
    assert send(older, "trop tard").error == "attempt-elsewhere"


def test_a_version_that_is_not_there_yet_opens_nothing(desk: Desk) -> None:
    page = desk.open()
    send(desk.open(), "demande")
    form = {**form_of(page, "offre"), "version": "999999999"}
    assert page.post(page.step, form).error == "attempt-elsewhere"
