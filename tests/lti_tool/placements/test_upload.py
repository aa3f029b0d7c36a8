"""A teacher brings an H5P file: it becomes an activity of the course, or nothing of it stays."""

from __future__ import annotations

import io
import json
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from lti_tool.catalogue.models import activities, media, revisions
from lti_tool.demo_lms.claims import MEMBERSHIP
from lti_tool.placements.models import placements
from lti_tool.web.texts import load_texts
from tests.h5p_exports.package import hostile
from tests.lti_tool.desk import BLANKS, PLAYED, PNG, QUESTION_SET, TRUE_FALSE, h5p_file, send, with_picture
from tests.support.house import BASE, OWN, House, Visit


@dataclass
class Office:
    """A teacher before a link without an activity."""

    house: House
    page: Visit

    def bring(self, data: bytes, name: str = "exercice.h5p", field: str = "package") -> Visit:
        return self.page.post("upload", {field: (io.BytesIO(data), name)})

    def stored(self) -> tuple[int | None, ...]:
        """Everything that an upload can leave behind: rows, and files."""
        tables = (activities, revisions, media, placements)
        with self.house.services.database.read() as connection:
            rows = [connection.scalar(select(func.count()).select_from(table)) for table in tables]
        return *rows, len(files_in(self.house))

    def pupil(self, user: str = "3") -> Visit:
        return self.house.launch(user, "9")


def files_in(house: House) -> list[Path]:
    return [path for path in (house.services.settings.data_dir / "media").rglob("*") if path.is_file()]


@pytest.fixture
def office(house: House) -> Office:
    return Office(house, house.launch("2", "9"))


# --- What is let in


@pytest.mark.parametrize("library", PLAYED)
def test_a_good_file_of_each_type_becomes_playable(office: Office, library: str) -> None:
    answer = office.bring(h5p_file(library))
    assert (answer.page.status_code, answer.name) == (200, "class")
    pupil = office.pupil()
    assert pupil.name == "play"
    assert "Le marché" in pupil.page.text


def test_content_that_php_wrote_as_an_empty_list_is_an_object_without_members(office: Office) -> None:
    assert office.bring(h5p_file("H5P.TrueFalse 1.8", [])).name == "class"


def test_a_pupil_gets_points_in_a_file_that_was_brought(office: Office) -> None:
    office.bring(h5p_file())
    assert "1 / 2" in send(office.pupil(), "offre", "rien", action="finish").page.text


def test_what_is_brought_is_offered_to_this_course_and_its_owner_alone(office: Office) -> None:
    office.bring(h5p_file(title="Le devoir de la classe"))
    here = office.house.launch("2", "9", overrides={"resource_link": {"id": "31"}})
    elsewhere = {"context": {"id": "78"}, "roles": [MEMBERSHIP + "Instructor"]}
    there = office.house.launch("5", "9", overrides={"resource_link": {"id": "32"}, **elsewhere})
    mine = office.house.launch("2", "9", overrides={"resource_link": {"id": "33"}, **elsewhere})
    assert "Le devoir de la classe" in here.page.text
    assert "Le devoir de la classe" in mine.page.text
    assert there.name == "choose"
    assert "Le devoir de la classe" not in there.page.text


def test_the_choice_says_how_many_questions_there_are(office: Office) -> None:
    office.bring(h5p_file("H5P.QuestionSet 1.20"))
    assert "2 questions" in office.page.get("choose").page.text
    office.bring(h5p_file("H5P.TrueFalse 1.8"))
    assert "1 question<" in office.page.get("choose").page.text


def test_the_same_file_twice_is_one_activity(office: Office) -> None:
    data = h5p_file(params=with_picture(BLANKS), media={"images/carte.png": PNG})
    office.bring(data)
    once = office.stored()
    assert office.bring(data).name == "class"
    assert office.stored() == once


def test_the_same_file_in_two_courses_is_two_activities(office: Office) -> None:
    office.bring(h5p_file())
    before = office.stored()[0]
    other = office.house.launch("2", "9", overrides={"resource_link": {"id": "33"}, "context": {"id": "79"}})
    Office(office.house, other).bring(h5p_file())
    assert before is not None
    assert office.stored()[0] == before + 1


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<b>Gras</b> & « guillemets »", "&lt;b&gt;Gras&lt;/b&gt; &amp; « guillemets »"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("العرض والطلب", "العرض والطلب"),
        ("Du texte\u202eesrever", "Du texte esrever"),
        ("Une\x07 cloche\tet \u2028 un saut", "Une cloche et un saut"),
        ("\x1b\x1b", "Exercice H5P"),
        ("é" * 127, "é" * 127),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
    ],
)
def test_a_title_is_text_on_one_line(office: Office, title: str, shown: str) -> None:
    answer = office.bring(h5p_file(title=title))
    assert answer.name == "class"
    assert f">{shown}</h1>" in answer.page.text
    assert f">{shown}</h1>" in office.pupil().page.text


@pytest.mark.parametrize("language", ["und", "-", "fr-CA", "x", "zz-------"])
def test_an_odd_language_does_not_break_the_page(office: Office, language: str) -> None:
    assert office.bring(h5p_file(language=language)).name == "class"
    pupil = office.pupil()
    assert pupil.name == "play"
    assert all(
        re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]+)?", lang) for lang in re.findall(r'lang="([^"]*)"', pupil.page.text)
    )


def test_a_script_in_the_content_reaches_no_page(office: Office) -> None:
    office.bring(h5p_file("H5P.TrueFalse 1.8", {**TRUE_FALSE, "question": "<p onclick=x()>Oui<script>x()</script>"}))
    text = office.pupil().page.text
    assert "<p>Oui" in text
    assert "x()" not in text


def test_media_are_kept_once_by_what_they_hold(office: Office) -> None:
    office.bring(h5p_file(media={"images/a.png": PNG, "images/b.png": PNG}))
    assert len(files_in(office.house)) == 1


# --- What is not


def not_h5p(**files: bytes) -> bytes:
    archive = io.BytesIO()
    with ZipFile(archive, "w") as target:
        for name, data in files.items():
            target.writestr(name, data)
    return archive.getvalue()


def described(**fields: Any) -> bytes:
    """An H5P file with another manifest."""
    return hostile.package(manifest={**hostile.MANIFEST, **fields})


def played(library: str, params: Any) -> bytes:
    """An H5P file with any params."""
    name, _, version = library.partition(" ")
    major, _, minor = version.partition(".")
    dependency = {"machineName": name, "majorVersion": major, "minorVersion": minor}
    manifest = {**hostile.MANIFEST, "mainLibrary": name, "preloadedDependencies": [dependency]}
    return hostile.package(manifest=manifest, params=params)


GOOD = h5p_file()
LINK = hostile.entry("content/a.png", external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3)
REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "unable-to-unzip"),
    "a page": (b"<!doctype html><title>Non</title>" * 9, "unable-to-unzip"),
    "half a file": (GOOD[: len(GOOD) // 2], "unable-to-unzip"),
    "a zip of something else": (not_h5p(**{"word.xml": b"<x/>"}), "invalid-h5p-json-file"),
    "no content": (not_h5p(**{"h5p.json": json.dumps(hostile.MANIFEST).encode()}), "invalid-content-folder"),
    "a broken manifest": (hostile.package(manifest=b"{"), "unable-to-parse-package"),
    "a manifest that is a list": (hostile.package(manifest=[]), "missing-required-property"),
    "a manifest without a title": (described(title=None), "missing-required-property"),
    "a title that is a list": (described(title=["x"]), "invalid-h5p-json-file"),
    "a title that is too long": (described(title="é" * 200), "invalid-h5p-json-file"),
    "a title with a NUL": (described(title="a\x00b"), "unable-to-parse-package"),
    "a title with half a character": (
        described(title="\ud800"),
        "unable-to-parse-package",
    ),
    "a strange language": (described(language='"><x'), "invalid-h5p-json-file"),
    "a way out": (hostile.package({"content/../../evil.png": PNG}), "zip-slip"),
    "a link": (hostile.package({LINK: b"/etc/passwd"}), "special-entry"),
    "a bomb": (hostile.package({"content/a.txt": b"a" * 5_000_000}), "zip-bomb"),
    "a drawing with scripts": (hostile.package({"content/a.svg": b"<svg/>"}), "not-in-whitelist"),
    "a page as a picture": (hostile.package({"content/a.png": b"<script>"}), "file-type-mismatch"),
    "a password": (hostile.with_flag(hostile.package({"content/a.png": PNG}), "content/a.png", 1), "encrypted-entry"),
    "a name twice": (hostile.package({"content/a.png": PNG, "content/A.png": PNG}), "duplicate-entry"),
    "too many entries": (hostile.package({f"x/{number}": b"" for number in range(2_000)}), "too-many-entries"),
    "another type": (played("H5P.MemoryGame 1.3", {}), "h5p-type-not-played"),
    "another type among the questions": (
        played("H5P.QuestionSet 1.20", {"questions": [{"library": "H5P.AudioRecorder 1.0", "params": {}}]}),
        "h5p-type-not-played",
    ),
    "nothing to answer": (played("H5P.Blanks 1.14", {"questions": ["<p>Rien.</p>"]}), "h5p-nothing-to-answer"),
    "params that are a number": (played("H5P.Blanks 1.14", 7), "h5p-content-invalid"),
    "a list for a behaviour": (played("H5P.Blanks 1.14", {"questions": 7}), "h5p-content-invalid"),
    "a picture that is missing": (played("H5P.Blanks 1.14", with_picture(BLANKS)), "missing-media"),
    "a blank inside a tag": (
        played("H5P.Blanks 1.14", {"questions": ['<p lang="*a*">Un *trou* ici.</p>']}),
        "blank-inside-markup",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_file_is_refused_and_nothing_of_it_stays(office: Office, data: bytes, error: str) -> None:
    before = office.stored()
    answer = office.bring(data)
    assert (answer.page.status_code, answer.error) == (400, error)
    assert load_texts()[error].title in answer.page.text.replace("&#39;", "'")
    assert re.search(r"Référence\s:\s<code>[0-9a-f]{8}</code>", answer.page.text)
    assert f'href="/s/{office.page.secret}/choose"' in answer.page.text
    assert office.stored() == before
    assert office.pupil().name == "not-ready"


def test_a_file_refused_after_its_media_were_read_leaves_none_of_them(office: Office) -> None:
    bad = {"questions": [{"library": "H5P.Blanks 1.14", "params": with_picture(BLANKS)}, *QUESTION_SET["questions"]]}
    answer = office.bring(h5p_file("H5P.QuestionSet 1.20", bad, media={"images/autre.png": PNG}))
    assert answer.error == "missing-media"
    assert files_in(office.house) == []


def test_a_refused_file_changes_no_choice_made_before(office: Office) -> None:
    office.bring(h5p_file(title="Le bon"))
    office.bring(b"PK?")
    assert "Le bon" in office.pupil().page.text


@pytest.mark.parametrize("library", ["H5P.MemoryGame 1.3", "H5P.Timeline 1.1"])
def test_an_unknown_type_is_named_with_those_that_are_played(office: Office, library: str) -> None:
    text = office.bring(played(library, {})).page.text
    assert library.partition(" ")[0] in text
    for name in ("MultiChoice", "TrueFalse", "Blanks", "QuestionSet"):
        assert f"H5P.{name}" in text


def test_the_piece_that_is_not_permitted_is_named(office: Office) -> None:
    assert "images/plan.svg" in office.bring(hostile.package({"content/images/plan.svg": b"<svg/>"})).page.text
    assert "images/plan.png" in office.bring(hostile.package({"content/images/plan.png": b"<svg/>"})).page.text


@pytest.mark.parametrize("name", ["exercice.zip", "exercice.pdf", "h5p.html", "a" * 5_000])
def test_a_file_of_another_name_is_refused(office: Office, name: str) -> None:
    answer = office.bring(GOOD, name)
    assert (answer.page.status_code, answer.error) == (400, "missing-h5p-extension")


@pytest.mark.parametrize("name", ["../../evil.h5p", "C:\\evil.h5p", "évil.H5P", "a\u202e.h5p"])
def test_the_name_of_the_file_names_nothing_of_ours(office: Office, name: str) -> None:
    assert office.bring(GOOD, name).name == "class"


def test_a_form_without_a_file_is_refused(office: Office) -> None:
    before = office.stored()
    for answer in (office.page.post("upload", {}), office.bring(GOOD, field="autre"), office.bring(GOOD, "")):
        assert (answer.page.status_code, answer.error) == (400, "upload-without-file")
    assert office.stored() == before


def test_a_request_over_the_limit_is_told_before_it_is_read(office: Office) -> None:
    before = office.stored()
    answer = office.page.client.post(
        f"/s/{office.page.secret}/upload",
        data={"package": (io.BytesIO(GOOD), "a.h5p")},
        base_url=BASE,
        headers=OWN,
        environ_overrides={"CONTENT_LENGTH": str(66 * 1024 * 1024)},
    )
    assert_too_large(Visit(office.page.client, answer))
    assert office.stored() == before


def test_a_large_text_in_place_of_the_file_is_too_large(office: Office) -> None:
    assert_too_large(office.page.post("upload", {"package": "a" * (2 << 20)}))


def assert_too_large(answer: Visit) -> None:
    assert (answer.page.status_code, answer.error) == (413, "request-too-large")
    assert "L’envoi est trop lourd" in answer.page.text


def test_who_sends_files_too_often_waits(office: Office) -> None:
    answers = [office.bring(b"") for _ in range(12)]
    assert answers[-1].page.status_code == 429
    assert answers[-1].error == "too-many-requests"


def test_another_site_brings_nothing(office: Office) -> None:
    before = office.stored()
    form = {"package": (io.BytesIO(GOOD), "a.h5p")}
    answer = office.page.post("upload", form, {"Sec-Fetch-Site": "cross-site"})
    assert (answer.page.status_code, answer.error) == (403, "request-cross-site")
    assert office.stored() == before
