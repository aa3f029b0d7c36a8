"""The contents that are looked at, not answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h5p_exports.content_types import (
    Accordion,
    AccordionPanel,
    Audio,
    DialogCard,
    Dialogcards,
    Image,
    ImageHotspots,
    LibraryName,
    Picture,
    Source,
    Text,
    parse,
)

LIBRARIES = ["AdvancedText", "Text", "Image", "Audio", "Accordion", "Dialogcards", "ImageHotspots"]
KEYS = [
    "text",
    "file",
    "path",
    "files",
    "panels",
    "title",
    "content",
    "params",
    "dialogs",
    "tips",
    "hotspots",
    "library",
    "position",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=15,
)
FILE = {"path": "images/a.png", "width": 20, "height": 10}


@given(st.sampled_from(LIBRARIES), VALUES)
def test_any_params_can_be_shown(name: str, params: object) -> None:
    library = f"H5P.{name} 1.2"

    parse(library, params)

    assert LibraryName.parse(library).unscored


def test_a_text_is_read() -> None:
    assert parse("H5P.AdvancedText 1.1", {"text": "<p>a</p>"}) == Text("<p>a</p>")


def test_a_picture_is_read() -> None:
    model = parse("H5P.Image 1.1", {"file": FILE, "alt": "L&#039;eau", "title": "a", "decorative": True})

    assert model == Picture(Image("images/a.png", "L'eau", 20, 10), "a", decorative=True)


def test_a_sound_is_read() -> None:
    model = parse("H5P.Audio 1.5", {"files": [{"path": "a.mp3", "mime": "audio/mpeg"}, {"mime": "x"}]})

    assert model == Audio((Source("a.mp3", "audio/mpeg"),), controls=True, autoplay=False)


def test_an_accordion_is_read() -> None:
    panel = {"title": "R&amp;D", "content": {"library": "H5P.AdvancedText 1.1", "params": {"text": "<p>a</p>"}}}

    assert parse("H5P.Accordion 1.0", {"panels": [panel]}) == Accordion((AccordionPanel("R&D", "<p>a</p>"),), "h2")


def test_cards_are_read() -> None:
    card = {"text": "a", "answer": "b", "image": FILE, "imageAltText": "c", "tips": {"front": "d"}}

    model = parse("H5P.Dialogcards 1.9", {"dialogs": [card], "mode": "repetition"})

    assert isinstance(model, Dialogcards)
    assert model.cards == (DialogCard("a", "b", "d", "", Image("images/a.png", "c", 20, 10), None),)
    assert model.repetition


def test_hotspots_are_read_with_their_contents() -> None:
    text = {"library": "H5P.Text 1.1", "params": {"text": "a"}}
    quiz = {"library": "H5P.MultiChoice 1.16", "params": {"answers": 1}}
    params = {"image": FILE, "hotspots": [{"position": {"x": 12.5, "y": 3}, "header": "b", "content": [text, quiz]}]}

    model = parse("H5P.ImageHotspots 1.10", params)

    assert isinstance(model, ImageHotspots)
    (hotspot,) = model.hotspots
    assert (hotspot.x, hotspot.y, hotspot.header) == (12.5, 3, "b")
    assert [content.model for content in hotspot.contents] == [Text("a")]


@pytest.mark.parametrize("name", LIBRARIES)
def test_what_is_shown_is_not_scored(name: str) -> None:
    assert not LibraryName.parse(f"H5P.{name} 1.1").scored
