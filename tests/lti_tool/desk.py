"""Small exercises as H5P files, and pupils and teachers at work on them in a house."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from h5p_exports.package import write_package
from lti_tool.catalogue.visibility import Owner
from lti_tool.demo_lms.claims import MEMBERSHIP
from tests.support.house import House, Visit

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
WORDS = ("offre", "demande")
BLANKS: dict[str, Any] = {
    "text": "<p>Complète.</p>",
    "questions": ["<p>Le prix monte quand l’*offre* baisse.</p>", "<p>Il baisse quand la *demande* baisse.</p>"],
}
TRUE_FALSE: dict[str, Any] = {"question": "<p>Le prix est un signal.</p>", "correct": "true"}
MULTI_CHOICE: dict[str, Any] = {
    "question": "<p>Qui fixe le prix ?</p>",
    "answers": [{"text": "<p>Le marché</p>", "correct": True}, {"text": "<p>Le hasard</p>", "correct": False}],
}
QUESTION_SET: dict[str, Any] = {
    "questions": [
        {"library": "H5P.Blanks 1.14", "params": BLANKS},
        {"library": "H5P.TrueFalse 1.8", "params": TRUE_FALSE},
    ]
}
PLAYED: dict[str, dict[str, Any]] = {
    "H5P.Blanks 1.14": BLANKS,
    "H5P.TrueFalse 1.8": TRUE_FALSE,
    "H5P.MultiChoice 1.16": MULTI_CHOICE,
    "H5P.QuestionSet 1.20": QUESTION_SET,
}


def with_picture(params: Mapping[str, Any]) -> dict[str, Any]:
    """The same content, with `images/carte.png` above the question."""
    picture = {"library": "H5P.Image 1.1", "params": {"file": {"path": "images/carte.png"}, "alt": "Une carte"}}
    return {**params, "media": {"type": picture}}


def h5p_file(
    library: str = "H5P.Blanks 1.14",
    params: object = None,
    *,
    title: str = "Le marché",
    language: str = "fr",
    media: Mapping[str, bytes] | None = None,
) -> bytes:
    """An H5P file."""
    file = io.BytesIO()
    content = PLAYED[library] if params is None else params
    write_package(file, title=title, language=language, library=library, params=content, media=media)
    return file.getvalue()


def store(house: House, data: bytes, *, owner: int | None = None) -> int:
    """Store an H5P file as an activity; its revision."""
    maker = None if owner is None else Owner(owner)
    return house.services.importer.store_package(io.BytesIO(data), name="exercice.h5p", owner=maker)


def custom_of(house: House, revision_id: int) -> str:
    """The custom parameter of an activity for everyone."""
    return next(offer.custom for offer in house.services.placements.offers() if offer.listed.revision_id == revision_id)


@dataclass
class Desk:
    """One exercise, linked from the course: whoever opens link `9`, or another one, meets it."""

    house: House
    custom: str

    def open(
        self, user: str = "3", *, link: str = "9", client: FlaskClient | None = None, role: str | None = None
    ) -> Visit:
        """Open a link to the exercise: the teacher is `2`, pupils are `3`, `4`, `5`."""
        overrides: dict[str, Any] = {
            "custom": {"activity": self.custom},
            "resource_link": {"id": link, "title": f"Lien {link}"},
        }
        if role is not None:
            overrides["roles"] = [MEMBERSHIP + role] if role else []
        return self.house.launch(user, "9", client, overrides)


def desk_with(house: House, library: str = "H5P.Blanks 1.14", params: object = None, **options: Any) -> Desk:
    """A desk with a small exercise for everyone."""
    return Desk(house, custom_of(house, store(house, h5p_file(library, params, **options))))


def blanks_of(page: Visit) -> dict[str, str]:
    """The blanks of the page, by their names, with what is written in them."""
    return dict(re.findall(r'<input class="blank[^"]*" type="text" name="([^"]+)" value="([^"]*)"', page.page.text))


def page_marks(page: Visit) -> dict[str, str]:
    """The fields by which the house knows which page writes, and from which version."""
    found = dict(re.findall(r'name="(version|tab)" value="([^"]*)"', page.page.text))
    assert set(found) == {"version", "tab"}, page.page.text
    return found


def form_of(page: Visit, *words: str, action: str = "save") -> dict[str, str]:
    """What the pupil's page sends with these words in its blanks; fewer words leave the last blanks as they are."""
    blanks = blanks_of(page)
    return {**page_marks(page), **blanks, **dict(zip(blanks, words, strict=False)), "action": action}


def send(page: Visit, *words: str, action: str = "save") -> Visit:
    """Write these words and press a button."""
    return page.post(page.step, form_of(page, *words, action=action))
