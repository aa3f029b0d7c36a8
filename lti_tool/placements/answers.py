"""What goes back to the platform when a teacher has picked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lti_tool.db import Database
from lti_tool.errors import Refused
from lti_tool.launches.sessions import LaunchSession
from lti_tool.lti.claims import DeepLinkingSettings
from lti_tool.lti.deep_linking import DeepLinkingAnswer, ItemColumn, LinkItem, accepts_links, check_return_url
from lti_tool.placements.parameter import NAME
from lti_tool.placements.placement import TAG
from lti_tool.placements.service import Pick, Placed, Placements
from lti_tool.platforms.models import deployments
from lti_tool.platforms.service import Platforms


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """A form for the browser to post: its address and the field `JWT`."""

    url: str
    token: str


class Answers:
    """Makes answers to deep linking requests. `launch_url` is where every link of ours opens."""

    def __init__(
        self,
        database: Database,
        placements: Placements,
        platforms: Platforms,
        clock: Callable[[], datetime],
        *,
        launch_url: str,
    ) -> None:
        self._database = database
        self._placements = placements
        self._platforms = platforms
        self._clock = clock
        self._launch_url = launch_url

    def insert(self, session: LaunchSession, picks: Sequence[Pick]) -> SignedAnswer:
        """Place what was picked: the placements are written, then the answer is signed.

        Raises `Refused("deep-linking-no-links")` where the platform takes no links,
        `Refused("deep-linking-one-only")` for more picks than it takes, and as `settings_of` does.
        """
        settings = settings_of(session)
        if not accepts_links(settings):
            raise Refused("deep-linking-no-links")
        if len(picks) > 1 and not settings.accept_multiple:
            raise Refused("deep-linking-one-only")
        with_columns = settings.accept_lineitem is not False
        items = [self._item(placed, with_columns) for placed in self._placements.place(session, picks)]
        return self._signed(session, settings, items)

    def cancel(self, session: LaunchSession) -> SignedAnswer:
        """An answer without items: the platform closes its dialog. Raises as `settings_of` does."""
        return self._signed(session, settings_of(session), [])

    def _item(self, placed: Placed, with_column: bool) -> LinkItem:
        pick = placed.pick
        settings, column = pick.settings, None
        if settings.graded and settings.points and with_column:
            column = ItemColumn(points=settings.points, label=pick.title, resource_id=placed.resource_id, tag=TAG)
        return LinkItem(
            title=pick.title,
            url=self._launch_url,
            custom={NAME: placed.custom},
            text=pick.listed.card.summary,
            column=column,
            opens_at=settings.opens_at,
            closes_at=settings.closes_at,
        )

    def _signed(self, session: LaunchSession, settings: DeepLinkingSettings, items: Sequence[LinkItem]) -> SignedAnswer:
        registration = self._platforms.by_id(session.registration_id)
        check_return_url(settings, registration)
        statement = select(deployments.c.deployment_id).where(deployments.c.id == session.deployment_id)
        with self._database.read() as connection:
            deployment_id = str(connection.execute(statement).scalar_one())
        answer = DeepLinkingAnswer(registration, deployment_id, settings, items)
        return SignedAnswer(settings.return_url, answer.sign(self._platforms.signing_key(), self._clock()))


def settings_of(session: LaunchSession) -> DeepLinkingSettings:
    """What the platform asked for.

    Raises `Refused("teachers-only")`, or `Refused("session-not-picking")` for a session of another purpose.
    """
    if not session.is_teacher:
        raise Refused("teachers-only")
    if session.deep_linking is None:
        raise Refused("session-not-picking")
    return session.deep_linking
