"""The hooks of sets, books, cards, pictures and sounds (their `upgrades.js`), and the way back where there is one."""

from __future__ import annotations

import re

from h5p_exports.build.identifiers import Identifiers
from h5p_exports.errors import MigrationRefused
from h5p_exports.migrate.hooks.common import Fields, group, identify, items, title_from
from h5p_exports.migrate.registry import downgrade, upgrade

_PARAGRAPH = re.compile(r"<p[^>]*>")
_CENTERED = '<p style="text-align: center;">'
_YEAR = re.compile(r"[0-9]{4}")


upgrade("H5P.Dialogcards", (1, 7))(title_from("title"))
upgrade("H5P.QuestionSet", (1, 3))(identify("questions"))


@upgrade("H5P.QuestionSet", (1, 8))
def _question_set_buttons(params: Fields, _metadata: Fields) -> None:
    override = group(params, "override")
    shows, retries = override.pop("overrideShowSolutionButton", None), override.pop("overrideRetry", None)
    if override.pop("overrideButtons", None):
        override["showSolutionButton"] = "on" if shows else "off"
        override["retryButton"] = "on" if retries else "off"
    if label := params.pop("questionLabel", None):
        params["texts"] = {**group(params, "texts"), "questionLabel": label}


@upgrade("H5P.QuestionSet", (1, 13))
def _question_set_feedback(params: Fields, _metadata: Fields) -> None:
    end = params["endGame"] = group(params, "endGame")
    text = end.pop("scoreString", None)
    end["overallFeedback"] = [{"from": 0, "to": 100, "feedback": text}] if text else []
    names = ("successGreeting", "successComment", "failGreeting", "failComment")
    if old := {name: end[name] for name in names if end.get(name)}:
        end["oldFeedback"] = old


@upgrade("H5P.QuestionSet", (1, 21))
def _question_set_background(params: Fields, _metadata: Fields) -> None:
    if background := params.pop("backgroundImage", None):
        params["override"] = {**group(params, "override"), "backgroundImage": background}


@downgrade("H5P.QuestionSet", (1, 21))
def _question_set_background_back(params: Fields, _metadata: Fields) -> None:
    if background := group(params, "override").pop("backgroundImage", None):
        params["backgroundImage"] = background
    group(params, "introPage").pop("backgroundImageAltText", None)
    group(params, "texts").pop("questionSetInstruction", None)


@upgrade("H5P.Flashcards", (1, 6))
def _flashcards_pipe(params: Fields, _metadata: Fields) -> None:
    for card in items(params, "cards"):
        if isinstance(card.get("answer"), str):
            card["answer"] = card["answer"].replace("|", "\\|")


@upgrade("H5P.Flashcards", (1, 7))
def _flashcards_slash(params: Fields, _metadata: Fields) -> None:
    r"""Alternatives are parted by slashes, no longer by pipes; the sign itself is written ``\/``."""
    signs = {"\\|": "|", "|": "/", "/": "\\/"}
    for card in items(params, "cards"):
        if isinstance(card.get("answer"), str):
            card["answer"] = re.sub(r"\\\||\||/", lambda match: signs[match[0]], card["answer"])


@upgrade("H5P.Dialogcards", (1, 9))
def _dialogcards_center(params: Fields, _metadata: Fields) -> None:
    for card in items(params, "dialogs"):
        for side in ("text", "answer"):
            if isinstance(card.get(side), str):
                card[side] = _centered(card[side])


@upgrade("H5P.ImageHotspots", (1, 8))
def _hotspots_position(params: Fields, _metadata: Fields) -> None:
    for hotspot in items(params, "hotspots"):
        if hotspot.get("position"):
            group(hotspot, "position")["legacyPositioning"] = True


_HOTSPOT_NAMES = {
    "iconType": "globalIconType",
    "icon": "globalIcon",
    "iconImage": "globalIconImage",
    "color": "globalColor",
}


@upgrade("H5P.ImageHotspots", (1, 11))
def _hotspots_icons(params: Fields, _metadata: Fields) -> None:
    for old, new in _HOTSPOT_NAMES.items():
        if params.get(old):
            params[new] = params.pop(old)


@downgrade("H5P.ImageHotspots", (1, 11))
def _hotspots_icons_back(params: Fields, _metadata: Fields) -> None:
    """One icon for all the points: numbers, and a point with an icon of its own, have no place."""
    if params.get("globalIconType") == "numbers":
        raise MigrationRefused("not-supported", library="H5P.ImageHotspots", where="globalIconType")
    for index, hotspot in enumerate(items(params, "hotspots")):
        if hotspot.pop("hotspotIconType", "default") != "default":
            raise MigrationRefused(
                "not-supported", library="H5P.ImageHotspots", where=f"hotspots[{index}].hotspotIconType"
            )
        for name in ("hotspotIcon", "hotspotIconImage", "hotspotColor"):
            hotspot.pop(name, None)
    for old, new in _HOTSPOT_NAMES.items():
        if new in params:
            params[old] = params.pop(new)
    params.pop("untitledHotspotLabel", None)


@upgrade("H5P.InteractiveBook", (1, 6))
def _book_cover(params: Fields, _metadata: Fields) -> None:
    """The picture of the cover becomes a content of its own."""
    cover = group(params, "bookCover")
    found: Fields = {"alt": cover.pop("coverAltText", None), "file": cover.pop("coverImage", None)}
    if content := {name: value for name, value in found.items() if value}:
        content |= {"contentName": "Image", "decorative": False}
        cover["coverMedium"] = {
            "library": "H5P.Image 1.0",
            "params": content,
            "metadata": {"contentType": "Image", "license": "U", "title": "Image"},
            "subContentId": Identifiers().of(content),
        }
    if isinstance(cover.get("coverDescription"), str):
        cover["coverDescription"] = _centered(cover["coverDescription"])


@upgrade("H5P.InteractiveBook", (1, 11))
def _book_tables(params: Fields, _metadata: Fields) -> None:
    """The borders of the cover's tables are written anew; which cannot be done without a browser."""
    if "<table" in str(group(params, "bookCover").get("coverDescription", "")):
        raise MigrationRefused("not-supported", library="H5P.InteractiveBook", where="bookCover.coverDescription")


@upgrade("H5P.InteractiveVideo", (1, 28))
def _video_question(params: Fields, _metadata: Fields) -> None:
    texts = group(params, "l10n")
    if texts:
        texts["endcardQuestion"] = texts.pop("endcardTableRowAnsweredQuestions", None) or "Question"


@downgrade("H5P.InteractiveVideo", (1, 28))
def _video_without_question(params: Fields, _metadata: Fields) -> None:
    group(params, "l10n").pop("endcardQuestion", None)


@upgrade("H5P.Image", (1, 1))
def _image_copyright(params: Fields, metadata: Fields) -> None:
    for holder in (group(params, "file"), params):
        if copyright_ := holder.pop("copyright", None):
            _credit(metadata, copyright_)


@upgrade("H5P.Audio", (1, 3))
def _audio_copyright(params: Fields, metadata: Fields) -> None:
    for holder in (*items(params, "files"), params):
        if copyright_ := holder.pop("copyright", None):
            _credit(metadata, copyright_)


def _credit(metadata: Fields, copyright_: object) -> None:
    """Put what a copyright says into the metadata that do not say it yet."""
    said = copyright_ if isinstance(copyright_, dict) else {}
    years = [int(year) for year in _YEAR.findall(str(said.get("year", "")))]
    author = said.get("author")
    found = {
        "title": said.get("title"),
        "authors": [{"name": author, "role": "Author"}] if author else None,
        "source": said.get("source"),
        "yearFrom": years[0] if years else None,
        "yearTo": years[1] if len(years) > 1 else None,
        "license": said.get("license"),
        "licenseVersion": said.get("version"),
    }
    for name, value in found.items():
        if value:
            metadata.setdefault(name, value)


def _centered(html: str) -> str:
    """A text whose paragraphs are centred, as the new editor shows them."""
    return _PARAGRAPH.sub(_CENTERED, html) if html.startswith("<p") else f"{_CENTERED}{html}</p>"
