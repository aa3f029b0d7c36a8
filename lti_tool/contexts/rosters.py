"""Fetching the roster of a course from its platform, and how old the last one is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.engine import Connection

from lti_tool.contexts.models import contexts
from lti_tool.contexts.roster import forget_names, replace_roster
from lti_tool.db import Database
from lti_tool.errors import NotFound, ToolError
from lti_tool.lti.nrps import NRPS
from lti_tool.lti.registration import Registration
from lti_tool.platforms.models import deployments, registrations
from lti_tool.platforms.service import Platforms

FRESH = timedelta(minutes=10)
PAUSE = timedelta(minutes=1)
"""After a try, how long this process does not try again by itself: a silent platform holds up one page, not all."""

log = logging.getLogger(__name__)


class NRPSPort(Protocol):
    """Who can speak to the platforms: `lti_tool.lti.services.Services`, or a fake."""

    def nrps(self, registration: Registration) -> NRPS:
        """Names and Role Provisioning Services of a platform."""
        ...


@dataclass(frozen=True, slots=True)
class RosterState:
    """What is known of a course's roster. `offered`: whether the platform has one for us.

    `due`: whether to fetch it now. `trouble`: why the last try of this process failed, since `updated_at`.
    """

    offered: bool
    updated_at: datetime | None
    due: bool
    trouble: ToolError | None


class Rosters:
    """Fetches rosters, outside any transaction; nothing of one that is not whole is kept. Threads share it."""

    def __init__(
        self, database: Database, platforms: Platforms, services: NRPSPort, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._services = services
        self._clock = clock
        self._tried: dict[int, datetime] = {}
        self._trouble: dict[int, tuple[datetime, ToolError]] = {}

    def state(self, connection: Connection, context_id: int) -> RosterState:
        """How things stand; one statement, and nobody is called."""
        columns = (contexts.c.memberships_url, contexts.c.roster_at)
        row = connection.execute(select(*columns).where(contexts.c.id == context_id)).one()
        now = self._clock()
        offered = row.memberships_url is not None
        stale = row.roster_at is None or now - row.roster_at >= FRESH
        tried = self._tried.get(context_id)
        rested = tried is None or now - tried >= PAUSE
        failed_at, trouble = self._trouble.get(context_id, (None, None))
        if failed_at is not None and row.roster_at is not None and row.roster_at > failed_at:
            trouble = None  # Another process has been luckier since.
        return RosterState(offered, row.roster_at, offered and stale and rested, trouble)

    def refresh(self, context_id: int) -> None:
        """Fetch the roster of a course and keep it: at most 20 s and a call.

        Raises `NotFound("roster-not-offered")`, and as `NRPS.members`; what was known before stays then.
        """
        self._tried = {id: at for id, at in self._tried.items() if self._clock() - at < PAUSE}
        self._tried[context_id] = self._clock()
        try:
            self._fetch(context_id)
        except ToolError as error:
            self._trouble[context_id] = (self._clock(), error)
            log.warning("roster not read: %s context=%s", error, context_id)
            raise
        self._trouble.pop(context_id, None)

    def refresh_if_due(self, context_id: int) -> None:
        """The same when it is due; a failure is only noted, for `state` to tell."""
        with self._database.read() as connection:
            due = self.state(connection, context_id).due
        if due:
            with suppress(ToolError):
                self.refresh(context_id)

    def forget_names(self) -> int:
        """Erase the names that no platform's setting asks for any more; returns how many."""
        with self._database.write() as connection:
            return forget_names(connection)

    def _fetch(self, context_id: int) -> None:
        with self._database.read() as connection:
            place = connection.execute(
                select(contexts.c.memberships_url, deployments.c.registration_id, registrations.c.with_names)
                .join(deployments, deployments.c.id == contexts.c.deployment_id)
                .join(registrations, registrations.c.id == deployments.c.registration_id)
                .where(contexts.c.id == context_id)
            ).one()
        if place.memberships_url is None:
            raise NotFound("roster-not-offered")
        registration = self._platforms.by_id(place.registration_id)
        members = self._services.nrps(registration).members(place.memberships_url, with_names=place.with_names)
        with self._database.write() as connection:
            replace_roster(
                connection,
                context_id,
                members,
                issuer=registration.issuer,
                with_names=place.with_names,
                now=self._clock(),
            )
