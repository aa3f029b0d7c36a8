"""The form by which a teacher describes an activity of one's own, and says who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_tool.catalogue.card import Card
from lti_tool.catalogue.service import Catalogue, Listed
from lti_tool.catalogue.visibility import Viewer, Visibility
from lti_tool.errors import NotFound, Refused
from lti_tool.launches.sessions import LaunchSession, LaunchSessions
from lti_tool.launches.views import session_of
from lti_tool.lti.strings import is_clean
from lti_tool.web import leading_back, post_limiter
from lti_tool.web.texts import load_texts

LONGEST_LINE = 255
LONGEST_SUMMARY = 2000
MOST_LISTED = 20
YEARS = range(2000, 2101)
LINES = ("title", "discipline", "academie", "licence")
LISTS = ("niveaux", "authors")


@dataclass(frozen=True, slots=True)
class CardForm:
    """The fields as typed; `errors` are text ids by field."""

    typed: Mapping[str, str]
    visibility: str
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, line: Listed) -> CardForm:
        """The form of an activity as it is."""
        card = line.card
        typed = {
            "title": line.title,
            "summary": card.summary,
            "discipline": card.discipline,
            "niveaux": ", ".join(card.niveaux),
            "academie": card.academie,
            "year": str(card.year or ""),
            "licence": card.licence,
            "authors": ", ".join(card.authors),
        }
        return cls(typed, line.visibility)


def read_card(form: Mapping[str, str], was: Card, *, academie: str | None) -> tuple[CardForm, Card]:
    """Read a posted form; what is wrong is in its `errors`. Only a platform of an académie can share with it."""
    names = (*LINES, *LISTS, "summary", "year")
    typed = {name: " ".join(form.get(name, "").split()) for name in names}
    errors = {}
    for name, value in typed.items():
        longest = LONGEST_SUMMARY if name == "summary" else LONGEST_LINE
        if not is_clean(value, longest) or not value.isprintable():
            errors[name] = "card-text"
    if not typed["title"]:
        errors["title"] = "card-title"
    year = typed["year"]
    known_year = year.isascii() and year.isdigit() and len(year) <= 4 and int(year) in YEARS  # noqa: PLR2004 # Digits.
    if year and not known_year:
        errors["year"] = "card-year"
    lists = {name: tuple(part.strip() for part in typed[name].split(",") if part.strip()) for name in LISTS}
    errors |= {name: "card-text" for name, parts in lists.items() if len(parts) > MOST_LISTED}
    visibility = form.get("visibility", "")
    if visibility not in set(Visibility) or (visibility == Visibility.ACADEMIE and not academie):
        errors["visibility"] = "card-visibility"
    card = replace(
        was,
        summary=typed["summary"],
        discipline=typed["discipline"],
        niveaux=lists["niveaux"],
        academie=typed["academie"],
        year=int(year) if known_year else None,
        licence=typed["licence"],
        authors=lists["authors"],
    )
    return CardForm(typed, visibility, errors), card


class CardPages:
    """Shows the form to the owner and keeps what is sent."""

    def __init__(self, catalogue: Catalogue, sessions: LaunchSessions) -> None:
        self._catalogue = catalogue
        self._sessions = sessions
        self._limiter = post_limiter()

    def views(self) -> Blueprint:
        """The address of a card, below a session; an activity is named by its newest revision."""
        views = Blueprint("cards", __name__, template_folder="templates", url_prefix="/s/<secret>/cards")

        @views.get("/<int:revision>")
        def edit(secret: str, revision: int) -> str:
            session, line = self._own(secret, revision)
            return _page(session, secret, line, CardForm.of(line))

        @views.post("/<int:revision>")
        def keep(secret: str, revision: int) -> str | Response:
            session, line = self._own(secret, revision)
            self._limiter.check((session.registration_id, session.person_id))
            form, card = read_card(request.form, line.card, academie=session.academie)
            if form.errors:
                return make_response(_page(session, secret, line, form), 400)
            self._catalogue.describe(
                session.person_id,
                revision,
                title=form.typed["title"],
                card=card,
                visibility=Visibility(form.visibility),
            )
            return redirect(_back(secret), 303)

        return views

    def _own(self, secret: str, revision: int) -> tuple[LaunchSession, Listed]:
        session = session_of(self._sessions, secret)
        if not session.is_teacher:
            raise Refused("teachers-only")
        with leading_back(url_for("launches.front", secret=secret)):
            line = self._catalogue.find(Viewer.of(session), revision)
            if line.owner_person_id != session.person_id:
                raise NotFound("activity-unknown")
        return session, line


def _back(secret: str) -> str:
    return url_for("launches.front", secret=secret)


def _page(session: LaunchSession, secret: str, line: Listed, form: CardForm) -> str:
    return render_template(
        "catalogue/card.html",
        session=session,
        secret=secret,
        activity=line,
        form=form,
        back_url=_back(secret),
        texts=load_texts(),
    )
