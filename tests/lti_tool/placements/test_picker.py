"""A teacher picks activities in the platform's dialog; the platform places them, and pupils work in them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lti_tool.catalogue.models import activities
from lti_tool.db import AnyRow
from lti_tool.demo_lms.claims import MEMBERSHIP
from lti_tool.placements.models import placements
from tests.lti_tool.desk import h5p_file, send, store
from tests.lti_tool.picking import (
    answer_of,
    insert,
    items_of,
    open_picker,
    placed,
    revisions_of,
    settings_of,
)
from tests.support.house import House


@pytest.fixture
def revision(house: House) -> int:
    """The small exercise of two blanks, for everyone."""
    return store(house, h5p_file())


def rows(house: House) -> list[AnyRow]:
    """The placements that were made for answers."""
    statement = select(placements).where(placements.c.model_of.is_(None), placements.c.link_id.is_(None))
    with house.services.database.read() as connection:
        return list(connection.execute(statement.order_by(placements.c.id)))


# --- The dialog


def test_the_picker_opens_in_the_platforms_dialog(house: House, revision: int) -> None:
    page = open_picker(house)
    assert (page.page.status_code, page.name) == (200, "pick")
    assert page.address == f"/s/{page.secret}/pick"
    assert str(revision) in revisions_of(page)
    assert "frame-ancestors http://127.0.0.1:8001" in page.page.headers["Content-Security-Policy"]


def test_a_pupil_does_not_pick(house: House) -> None:
    page = open_picker(house, "3")
    assert (page.page.status_code, page.error) == (403, "teachers-only")


def test_without_any_role_nobody_picks(house: House) -> None:
    assert open_picker(house, overrides={"roles": []}).error == "teachers-only"


@pytest.mark.parametrize("path", ["pick", "pick/settings", "previews/x"])
def test_a_pupils_session_opens_no_page_of_the_picker(house: House, path: str) -> None:
    assert house.launch("3").get(path).error == "teachers-only"


def test_a_session_of_a_link_does_not_answer_the_platform(house: House, revision: int) -> None:
    assert insert(house.launch("2"), revision).error == "session-not-picking"
    assert rows(house) == []


def test_a_return_address_elsewhere_is_refused_and_nothing_is_written(house: House) -> None:
    page = open_picker(house, settings={"deep_link_return_url": "https://evil.example/return"})
    assert (page.page.status_code, page.error) == (403, "deep-linking-return")


# --- Looking for an activity


def test_words_find_an_activity_whatever_the_accents(house: House) -> None:
    revision = store(house, h5p_file(title="L’énergie fossile"))
    page = open_picker(house)
    for words in ("ENERGIE", "énergie", "fossile energie"):
        assert revisions_of(page.get(f"pick?q={words}")) == [str(revision)]


@pytest.mark.parametrize("field", ["discipline", "niveau", "academie", "kind", "year", "q"])
def test_a_search_without_a_result_says_so(house: House, field: str) -> None:
    page = open_picker(house).get(f"pick?{field}=rien-de-tel")
    assert (page.page.status_code, revisions_of(page)) == (200, [])
    assert "ne correspond" in page.page.text


def test_a_discipline_can_be_chosen(house: House, revision: int) -> None:
    page = open_picker(house).get("pick?discipline=Sciences économiques et sociales")
    found = revisions_of(page)
    assert len(found) == 2
    assert str(revision) not in found


def test_a_choice_is_kept_while_one_looks_further(house: House, revision: int) -> None:
    page = open_picker(house).get(f"pick?q=dissertation&revision={revision}")
    assert "Déjà choisi" in page.page.text
    assert f'value="{revision}" checked' in page.page.text


@pytest.mark.parametrize(
    "query", ["page=999999999999999", "page=0", "page=x", "q=%00", "q=" + "x" * 5000, "revision=5"]
)
def test_an_odd_query_breaks_nothing(house: House, query: str) -> None:
    assert open_picker(house).get(f"pick?{query}").page.status_code == 200


def test_many_activities_stand_on_several_pages(house: House) -> None:
    for number in range(25):
        store(house, h5p_file(title=f"Exercice {number}"))
    first = open_picker(house)
    assert len(revisions_of(first)) == 24
    assert "Page 1 sur 2" in first.page.text
    assert len(revisions_of(first.get("pick?page=2"))) == 3


# --- Inserting


def test_three_clicks_place_a_graded_activity(house: House, revision: int) -> None:
    page = insert(open_picker(house), revision)
    assert (page.page.status_code, page.name) == (200, "returning")
    (item,) = items_of(house, page)
    assert (item["type"], item["title"], item["url"]) == (
        "ltiResourceLink",
        "Le marché",
        "http://localhost:8000/lti/launch",
    )
    column = item["lineItem"]
    assert (column["scoreMaximum"], column["tag"], column["label"]) == (2, "traam", "Le marché")
    assert column["resourceId"] == rows(house)[0].resource_id


def test_the_browser_may_carry_the_answer_to_the_platform_only(house: House, revision: int) -> None:
    page = insert(open_picker(house), revision)
    url, _token = answer_of(page)
    assert url.startswith("http://127.0.0.1:8001/deep-linking/return?")
    assert "form-action 'self' http://127.0.0.1:8001;" in page.page.headers["Content-Security-Policy"]


def test_the_platform_takes_the_answer_and_a_pupil_gets_a_grade(house: House, revision: int) -> None:
    (activity,) = placed(house, insert(open_picker(house), revision))
    assert activity.points == 2
    pupil = house.launch("3", activity.key)
    assert pupil.name == "play"
    result = send(pupil, "offre", "demande", action="finish")
    assert "2 / 2" in result.page.text
    with house.services.database.read() as connection:
        link = connection.execute(select(placements).where(placements.c.link_id.is_not(None))).one()
    assert link.resource_id == activity.resource_id


def test_several_at_once_have_placements_of_their_own(house: House, revision: int) -> None:
    other = store(house, h5p_file("H5P.TrueFalse 1.8", title="Vrai ou faux"))
    made = placed(house, insert(open_picker(house), revision, other, revision))
    assert [activity.title for activity in made] == ["Le marché", "Vrai ou faux"]
    assert len({activity.custom["activity"] for activity in made}) == 2
    assert len({activity.resource_id for activity in made}) == 2


def test_what_is_not_graded_has_no_column(house: House, revision: int) -> None:
    page = insert(open_picker(house), revision, **settings_of(revision, graded=None, points=""))
    assert "lineItem" not in items_of(house, page)[0]
    (activity,) = placed(house, page)
    send(house.launch("3", activity.key), "offre", "demande", action="finish")
    assert house.services.gradebook.list_deliveries() == []


def test_a_platform_without_line_items_gets_none(house: House, revision: int) -> None:
    page = insert(open_picker(house, settings={"accept_lineitem": False}), revision)
    assert "lineItem" not in items_of(house, page)[0]


def test_settings_reach_the_platform_and_the_placement(house: House, revision: int) -> None:
    fields = settings_of(
        revision, points="20", attempts="3", policy="mean", opens="2026-03-02T08:00", closes="2026-03-09T18:30"
    )
    (item,) = items_of(house, insert(open_picker(house), revision, **fields))
    assert (item["title"], item["lineItem"]["scoreMaximum"]) == ("Le devoir", 20)
    assert item["submission"] == {"startDateTime": "2026-03-02T07:00:00Z", "endDateTime": "2026-03-09T17:30:00Z"}
    (row,) = rows(house)
    assert (row.title, row.points, row.max_attempts, row.policy) == ("Le devoir", 20, 3, "mean")


def test_dates_are_read_in_the_time_zone_of_the_platform(house: House, revision: int) -> None:
    from lti_tool.platforms.models import registrations  # noqa: PLC0415 - beside its only use

    with house.services.database.write() as connection:
        connection.execute(update(registrations).values(time_zone="Indian/Reunion"))
    fields = settings_of(revision, opens="2026-03-02T08:00")
    (item,) = items_of(house, insert(open_picker(house), revision, **fields))
    assert item["available"] == {"startDateTime": "2026-03-02T04:00:00Z"}


WRONG: dict[str, dict[str, Any]] = {
    "no title": {"title": " "},
    "a long title": {"title": "x" * 256},
    "no points": {"points": ""},
    "no point at all": {"points": "0"},
    "too many points": {"points": "101"},
    "half a point": {"points": "1.5"},
    "points in other digits": {"points": "١٢"},
    "no attempt": {"attempts": "0"},
    "many attempts": {"attempts": "100"},
    "another policy": {"policy": "worst"},
    "no date": {"opens": "demain"},
    "a date with a zone": {"opens": "2026-03-02T08:00+01:00"},
    "a year far away": {"closes": "9999-12-31T23:59"},
    "dates that cross": {"opens": "2026-03-02T08:00", "closes": "2026-03-02T08:00"},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_shown_and_nothing_is_placed(house: House, revision: int, changes: dict[str, str]) -> None:
    page = insert(open_picker(house), revision, **settings_of(revision, **changes))
    assert (page.page.status_code, page.name) == (400, "pick-settings")
    assert 'class="field__error"' in page.page.text
    assert rows(house) == []


def test_nothing_picked_is_said(house: House) -> None:
    page = insert(open_picker(house))
    assert (page.page.status_code, page.name) == (400, "pick")
    assert "Rien n’est encore choisi" in page.page.text


@pytest.mark.parametrize("revisions", [["0"], ["999999"]])
def test_what_is_not_there_is_not_placed(house: House, revision: int, revisions: list[str]) -> None:
    page = insert(open_picker(house), revision, *revisions)
    assert (page.page.status_code, page.error) == (404, "activity-unknown")
    assert rows(house) == []


def test_more_than_the_platform_takes_is_refused(house: House, revision: int) -> None:
    other = store(house, h5p_file("H5P.TrueFalse 1.8"))
    page = open_picker(house, settings={"accept_multiple": False})
    assert 'type="radio" name="revision"' in page.page.text
    assert insert(page, revision, other).error == "deep-linking-one-only"
    assert rows(house) == []
    assert len(items_of(house, insert(page, revision))) == 1


def test_a_platform_that_takes_no_links_is_told_so(house: House, revision: int) -> None:
    page = open_picker(house, settings={"accept_types": ["html", "file"]})
    assert (page.page.status_code, page.name) == (200, "no-links")
    assert items_of(house, page) == []
    assert insert(page, revision).error == "deep-linking-no-links"


def test_cancelling_answers_nothing(house: House) -> None:
    page = open_picker(house)
    assert items_of(house, page.post("pick/cancel", {})) == []


def test_data_is_echoed_after_the_session_was_read_back(house: House, revision: int) -> None:
    import jwt  # noqa: PLC0415 - beside its only use

    page = insert(open_picker(house, settings={"data": "é=1&x"}), revision)
    claims = jwt.decode(answer_of(page)[1], options={"verify_signature": False})
    assert claims["https://purl.imsglobal.org/spec/lti-dl/claim/data"] == "é=1&x"


def test_another_site_cannot_insert(house: House, revision: int) -> None:
    page = open_picker(house)
    answer = page.post("pick/insert", {"revision": str(revision)}, {"Sec-Fetch-Site": "cross-site"})
    assert answer.error == "request-cross-site"
    assert rows(house) == []


# --- A file of one's own


def test_a_file_is_brought_right_in_the_picker(house: House, revision: int) -> None:
    page = open_picker(house)
    file = (io.BytesIO(h5p_file(title="Mon devoir")), "devoir.h5p")
    after = page.post("pick/upload", {"package": file, "revision": str(revision)})
    assert (after.page.status_code, after.name) == (200, "pick-settings")
    assert "Mon devoir" in after.page.text
    assert len(revisions_of(after)) == 2
    made = placed(house, insert(page, *revisions_of(after)))
    assert {activity.title for activity in made} == {"Mon devoir", "Le marché"}


def test_a_bad_file_leads_back_to_the_picker(house: House) -> None:
    page = open_picker(house)
    after = page.post("pick/upload", {"package": (io.BytesIO(b"PK"), "devoir.h5p")})
    assert after.page.status_code == 400
    assert f'href="/s/{page.secret}/pick"' in after.page.text


# --- Previews


def test_an_activity_is_tried_before_it_is_placed(house: House, revision: int) -> None:
    page = open_picker(house)
    tried = page.post(f"previews/of/{revision}?q=march%C3%A9", {"revision": str(revision)})
    assert (tried.page.status_code, tried.name) == (200, "preview")
    assert f"/s/{page.secret}/pick?q=march%C3%A9&amp;revision={revision}" in tried.page.text


def test_what_may_not_be_seen_is_not_tried(house: House) -> None:
    assert open_picker(house).post("previews/of/999999", {}).error == "activity-unknown"


def test_a_preview_is_played_to_its_end_and_graded_nowhere(house: House, revision: int) -> None:
    tried = open_picker(house).post(f"previews/of/{revision}", {})
    from tests.lti_tool.desk import form_of  # noqa: PLC0415 - beside its only use

    step = tried.address.split("/", 3)[3] + "/step"
    result = tried.post(step, form_of(tried, "offre", "demande", action="finish"))
    assert "2 / 2" in result.page.text
    assert "Recommencer" in result.page.text
    assert house.services.gradebook.list_deliveries() == []


def test_a_preview_is_nobody_elses(house: House, revision: int) -> None:
    tried = open_picker(house).post(f"previews/of/{revision}", {})
    colleague = open_picker(house, "5", overrides={"roles": [MEMBERSHIP + "Instructor"]})
    assert colleague.get(tried.address.split("/", 3)[3]).error == "preview-over"


def test_previews_are_forgotten_after_a_day(house: House, revision: int) -> None:
    from datetime import timedelta  # noqa: PLC0415 - beside its only use

    from lti_tool.attempts.models import attempts  # noqa: PLC0415 - same

    tried = open_picker(house).post(f"previews/of/{revision}", {})
    assert house.services.previews.purge() == 0
    with house.services.database.write() as connection:
        started = connection.execute(select(attempts.c.started_at)).scalar_one()
        connection.execute(update(attempts).values(started_at=started - timedelta(days=2)))
    assert house.services.previews.purge() == 1
    assert tried.get(tried.address.split("/", 3)[3]).error == "preview-over"


# --- The card


CARD = {
    "title": "Le devoir corrigé",
    "summary": "Un devoir.",
    "discipline": "Mathématiques",
    "niveaux": "seconde, première",
    "academie": "Versailles",
    "year": "2026",
    "licence": "CC BY 4.0",
    "authors": "Une autrice",
    "visibility": "everyone",
}


def own(house: House) -> tuple[Any, str]:
    page = open_picker(house)
    after = page.post("pick/upload", {"package": (io.BytesIO(h5p_file(title="Mon devoir")), "devoir.h5p")})
    return page, revisions_of(after)[0]


def test_the_owner_corrects_the_card_and_shares_the_activity(house: House) -> None:
    page, revision = own(house)
    assert "Modifier la fiche" in page.get("pick").page.text
    after = page.post(f"cards/{revision}", CARD)
    assert (after.page.status_code, after.name) == (200, "pick")
    assert "Le devoir corrigé" in after.page.text
    assert "CC BY 4.0" in after.page.text
    elsewhere = open_picker(house, "5", overrides={"roles": [MEMBERSHIP + "Instructor"], "context": {"id": "88"}})
    assert revisions_of(elsewhere.get("pick?niveau=seconde&year=2026")) == [revision]
    assert "Modifier la fiche" not in elsewhere.page.text


def test_nobody_else_corrects_a_card(house: House, revision: int) -> None:
    _page, mine = own(house)
    colleague = open_picker(house, "5", overrides={"roles": [MEMBERSHIP + "Instructor"]})
    for number in (mine, revision):
        assert colleague.get(f"cards/{number}").error == "activity-unknown"
        assert colleague.post(f"cards/{number}", CARD).error == "activity-unknown"


@pytest.mark.parametrize(
    "changes",
    [{"title": ""}, {"year": "1999"}, {"year": "٢٠٢٦"}, {"visibility": "all"}, {"visibility": "academie"},
     {"summary": "x" * 2001}, {"niveaux": ",".join("abcdefghijklmnopqrstuvw")}, {"licence": "\x00"}],
)  # fmt: skip
def test_a_card_that_is_wrong_changes_nothing(house: House, changes: dict[str, str]) -> None:
    page, revision = own(house)
    after = page.post(f"cards/{revision}", CARD | changes)
    assert (after.page.status_code, after.name) == (400, "card")
    with house.services.database.read() as connection:
        assert connection.scalar(select(func.count()).where(activities.c.title == CARD["title"])) == 0
