from __future__ import annotations

import io
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.accessibility import Finding, check_content, check_package
from h5p_exports.accessibility.contrast import contrast_of
from h5p_exports.accessibility.finding import _messages
from h5p_exports.build import assemble, build_package
from h5p_exports.errors import PackageRefused
from h5p_exports.profiles import load_profile
from tests.h5p_exports.build.samples import BOOK, DRAFTS, MEDIA

MOODLE = load_profile("moodle-5.1")
FILE = {"path": "images/carte.png"}


def ids(library: str, params: Any, *, language: str = "fr") -> list[tuple[str, str]]:
    return [(finding.id, finding.where) for finding in check_content(library, params, language=language)]


def text(html: str) -> list[str]:
    return [finding.id for finding in check_content("H5P.AdvancedText 1.1", {"text": html})]


@pytest.mark.parametrize(
    ("alt", "id_"),
    [
        ("", "image-without-alternative"),
        ("carte.png", "alternative-is-a-file-name"),
        ("IMG_20240102", "alternative-is-a-file-name"),
        ("image 1", "alternative-is-a-file-name"),
        ("x" * 300, "alternative-too-long"),
    ],
)
def test_a_picture_is_said_in_words(alt: str, id_: str) -> None:
    assert ids("H5P.Image 1.1", {"file": FILE, "alt": alt}) == [(id_, "alt")]


@pytest.mark.parametrize("params", [{"alt": "Carte de l’Afrique"}, {"alt": "", "decorative": True}])
def test_a_picture_that_is_said_or_decorative_is_fine(params: dict[str, object]) -> None:
    assert ids("H5P.Image 1.1", {"file": FILE, **params}) == []


def test_pictures_of_cards_and_hotspots_are_looked_at() -> None:
    assert ids("H5P.Flashcards 1.7", {"cards": [{"image": FILE}]}) == [
        ("image-without-alternative", "cards[0].imageAltText")
    ]
    assert ids("H5P.ImageHotspots 1.10", {"image": FILE, "hotspots": [{"header": ""}]}) == [
        ("image-without-alternative", "backgroundImageAltText"),
        ("empty-label", "hotspots[0].header"),
    ]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<table><tr><td>1</td></tr></table>", ["table-without-headers"]),
        ("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>", []),
        ('<a href="x">Cliquez ici</a>', ["link-text-vague"]),
        ('<a href="x">https://example.org/a</a>', ["link-text-address"]),
        ('<a href="x"> </a>', ["empty-link"]),
        ('<a href="x">le site de l’INSEE</a>', []),
        ('<p><span style="color:#ffee00">or</span></p>', ["contrast-too-low", "colour-in-text"]),
        ('<p><span style="color:rgb(0,0,0)">or</span></p>', ["colour-in-text"]),
        ('<p style="text-align:center">centre</p>', []),
        ("<h2> </h2>", ["empty-heading"]),
        ("<p><strong>Un titre</strong></p>", ["bold-as-heading"]),
        ("<p><strong>Une phrase.</strong></p>", []),
        ("<p>Un <strong>mot</strong></p>", []),
        (f"<p>{'mot ' * 140}</p>", ["long-paragraph"]),
        ("<p>a &lt; b</p>", []),
    ],
)
def test_markup_is_looked_at(html: str, found: list[str]) -> None:
    assert sorted(text(html)) == sorted(found)


@pytest.mark.parametrize(
    ("style", "contrast"),
    [
        ("color:#000", 21.0),
        ("color: white; background-color: #fff", 1.0),
        ("background: black; color: #ffffff", 21.0),
        ("color: hsl(0, 0%, 100%)", 1.0),
        ("color: hsl(120, 100%, 25%)", 5.1),
        ("font-size: 2em", None),
    ],
)
def test_contrast_is_that_of_wcag(style: str, contrast: float | None) -> None:
    found = contrast_of(style)

    assert (None if found is None else round(found, 1)) == contrast


def test_what_is_dragged_names_the_way_of_the_keyboard() -> None:
    made = assemble(DRAFTS["DragText"], profile=MOODLE)

    (finding,) = check_content(made.library, made.params)

    assert (finding.id, finding.severity, finding.criterion) == ("drag-needs-alternative", "note", "2.1.1")
    assert "clavier" in finding.mend("fr")
    assert "keyboard" in finding.mend("en")


def test_sounds_and_films_need_their_words() -> None:
    assert ids("H5P.Audio 1.5", {"files": [], "autoplay": True}) == [
        ("plays-by-itself", "autoplay"),
        ("audio-without-transcript", "params"),
    ]
    assert ids("H5P.Video 1.6", {"sources": []}) == [("video-without-captions", "params")]
    assert ids("H5P.Video 1.6", {"a11y": [{"track": {"path": "files/a.vtt"}}]}) == []


def test_questions_that_move_on_are_remarked() -> None:
    behaviour = {"autoContinue": True, "timeoutCorrect": 2000, "timeoutWrong": 9000}

    assert ids("H5P.SingleChoiceSet 1.11", {"behaviour": behaviour}) == [
        ("moves-on-by-itself", "behaviour.autoContinue")
    ]


@pytest.mark.parametrize("language", ["und", "-", ""])
def test_a_language_that_is_not_said_is_missed(language: str) -> None:
    assert ids("H5P.Text 1.1", {"text": "Bonjour"}, language=language) == [("language-missing", "h5p.json")]


def test_a_language_that_is_not_spoken_is_remarked() -> None:
    english = "The cat is on the mat and it is that of the king. " * 8

    assert ids("H5P.Text 1.1", {"text": english}, language="fr") == [("language-looks-wrong", "h5p.json")]
    assert ids("H5P.Text 1.1", {"text": english}, language="en-GB") == []


def test_contents_inside_contents_are_looked_at() -> None:
    image = {"library": "H5P.Image 1.1", "params": {"file": FILE}}

    assert ids("H5P.Column 1.18", {"content": [{"content": image}]}) == [
        ("image-without-alternative", "content[0].content.params.alt")
    ]


def test_the_worst_comes_first() -> None:
    made = assemble(BOOK, profile=MOODLE)
    severities = [finding.severity for finding in check_content(made.library, made.params)]

    assert severities == sorted(severities, key=("error", "warning", "note").index)


def test_a_package_is_reported_on() -> None:
    target = io.BytesIO()
    build_package(BOOK, target, profile=MOODLE, media=MEDIA)

    assert {"audio-without-transcript", "drag-needs-alternative"} <= {finding.id for finding in check_package(target)}


def test_a_package_that_is_not_let_in_is_refused() -> None:
    with pytest.raises(PackageRefused):
        check_package(io.BytesIO(b"rien"), filename="a.h5p")


@pytest.mark.parametrize("id_", _messages())
def test_every_finding_is_said_and_mended_in_both_languages(id_: str) -> None:
    details = dict.fromkeys(("path", "text", "length", "language", "spoken", "contrast", "words"), "x")
    finding = Finding(id_, "ici", details)

    assert finding.severity in {"error", "warning", "note"}
    for language in ("fr", "en"):
        assert finding.message(language)
        assert finding.mend(language)


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<p", "</", "<a href='", "<b>x", "<table>", "<?"])
def test_a_text_made_to_be_slow_is_looked_at_in_no_time(piece: str) -> None:
    start = time.process_time()
    check_content("H5P.AdvancedText 1.1", {"text": piece * 100_000})
    assert time.process_time() - start < 5


LIBRARIES = st.sampled_from([f"H5P.{name} 1.1" for name in (*DRAFTS, "Video", "Ghost")])
NAMES = st.sampled_from(
    ["text", "alt", "file", "path", "cards", "answers", "params", "library", "behaviour", "hotspots"]
)
PIECES = ["<p>", "</p>", "<a>", "</a>", "<table>", "<th>", "<b>", "</b>", "mot", '<span style="color:', "<!--", "<h2>"]
HTML = st.text(max_size=20) | st.lists(st.sampled_from(PIECES)).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | HTML,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@given(library=LIBRARIES, params=JSON, language=st.text(max_size=5))
def test_no_content_makes_the_report_fail(library: str, params: object, language: str) -> None:
    for finding in check_content(library, params, language=language):
        assert finding.message("fr")
        assert finding.mend("en")
