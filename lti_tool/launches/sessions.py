"""Launch sessions: one per tab, opaque, bound to everything the launch proved."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from lti_tool.contexts.models import contexts, resource_links
from lti_tool.contexts.service import Arrival
from lti_tool.db import AnyRow, Database
from lti_tool.errors import Conflict, NotFound, Refused, ToolError
from lti_tool.launches.models import launch_sessions
from lti_tool.lti.claims import DeepLinkingSettings, LaunchMessage, Purpose
from lti_tool.lti.login import LoginState, hash_browser
from lti_tool.lti.registration import Registration
from lti_tool.lti.roles import Role
from lti_tool.platforms.models import registrations

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
CODE_LIFE = timedelta(minutes=2)
SEEN_STEP = timedelta(minutes=5)
"""How often the last visit is written down: not at every request."""


# Built once: building a statement costs more than running it.
_OPEN = insert(launch_sessions).returning(launch_sessions.c.id)
_FIND = (
    select(
        launch_sessions,
        contexts.c.title.label("course_title"),
        resource_links.c.title.label("link_title"),
        registrations.c.academie,
        registrations.c.time_zone,
    )
    .join(contexts, contexts.c.id == launch_sessions.c.context_id)
    .join(registrations, registrations.c.id == launch_sessions.c.registration_id)
    .outerjoin(resource_links, resource_links.c.id == launch_sessions.c.link_id)
    .where(launch_sessions.c.secret_hash == bindparam("secret"))
)


@dataclass(frozen=True, slots=True)
class LaunchSession:
    """Who is at work where, as the launch proved it. Every id that a page sends is checked against this."""

    id: int
    registration_id: int
    deployment_id: int
    person_id: int
    context_id: int
    link: int | None
    """The resource link; None while a teacher picks an activity."""
    roles: frozenset[Role]
    custom_activity: str | None
    course_title: str
    link_title: str
    frame_origin: str
    """Origin of the platform's pages: the only one that may frame ours."""
    academie: str | None
    time_zone: str
    """IANA name of the zone in which this platform's people read dates."""
    purpose: Purpose
    deep_linking: DeepLinkingSettings | None
    """What the platform accepts, while a teacher picks."""
    review_person_id: int | None
    """Whose work is reviewed, in a submission review."""
    link_is_new: bool = False
    """Whether this very launch has made the link known: there is nothing to look up about it yet."""

    @property
    def link_id(self) -> int:
        """The resource link. Raises `Refused("session-without-link")` while a teacher picks."""
        if self.link is None:
            raise Refused("session-without-link")
        return self.link

    @property
    def is_teacher(self) -> bool:
        """Whether this person teaches here; an administrator does."""
        return Role.TEACHER in self.roles

    @property
    def is_learner(self) -> bool:
        """Whether this person learns here, and does not teach."""
        return Role.LEARNER in self.roles and not self.is_teacher


def session_secret(key: str, registration_id: int, nonce: str) -> str:
    """The id that stands in the address of a session: 256 bits that only we can work out.

    It is drawn from the login's nonce, so that a launch posted twice by a reload can be led back to its session.
    """
    message = f"launch-session {registration_id} {nonce}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class LaunchSessions:
    """Opens, finds and ends sessions."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def open(
        self,
        connection: Connection,
        *,
        registration: Registration,
        state: LoginState,
        message: LaunchMessage,
        arrival: Arrival,
        custom_activity: str | None,
        secret: str,
        browser: str | None,
        code: str | None = None,
    ) -> LaunchSession:
        """Open a session in the launch's own transaction; the insert is what consumes the nonce.

        Without a `browser` cookie the session can only be taken by `code`. Raises `Conflict("launch-replayed")`.
        """
        now = self._clock()
        browser_hash = hash_browser(browser) if browser else None
        if browser_hash and state.known_browser:
            self._end_others(connection, browser_hash, arrival.person_id, now)
        values = {
            "secret_hash": _digest(secret),
            "registration_id": registration.id,
            "nonce_hash": _digest(state.nonce),
            "deployment_id": arrival.deployment_id,
            "person_id": arrival.person_id,
            "context_id": arrival.context_id,
            "link_id": arrival.link_id,
            "purpose": message.purpose,
            "deep_linking": json.dumps(asdict(message.deep_linking)) if message.deep_linking else None,
            "review_person_id": arrival.review_person_id,
            "roles": " ".join(sorted(message.roles)),
            "custom_activity": custom_activity,
            "frame_origin": registration.origin,
            "browser_hash": browser_hash,
            "code_hash": _digest(code) if code else None,
            "code_expires_at": now + CODE_LIFE if code else None,
            "created_at": now,
            "seen_at": now,
        }
        try:
            session_id = connection.execute(_OPEN, values).scalar_one()
        except IntegrityError:
            raise Conflict("launch-replayed") from None
        return LaunchSession(
            id=int(session_id),
            registration_id=registration.id,
            deployment_id=arrival.deployment_id,
            person_id=arrival.person_id,
            context_id=arrival.context_id,
            link=arrival.link_id,
            roles=message.roles,
            custom_activity=custom_activity,
            course_title=message.context_title,
            link_title=message.link_title,
            frame_origin=registration.origin,
            academie=arrival.academie,
            time_zone=arrival.time_zone,
            purpose=message.purpose,
            deep_linking=message.deep_linking,
            review_person_id=arrival.review_person_id,
            link_is_new=arrival.link_is_new,
        )

    def _end_others(self, connection: Connection, browser_hash: str, person_id: int, now: datetime) -> None:
        """Another person's launch in the same browser ends the earlier sessions."""
        others = (
            (launch_sessions.c.browser_hash == browser_hash)
            & (launch_sessions.c.person_id != person_id)
            & launch_sessions.c.ended_at.is_(None)
        )
        connection.execute(update(launch_sessions).where(others).values(ended_at=now))

    def find(self, secret: str, browser: str | None) -> LaunchSession:
        """The session of a page. The browser must bring the cookie that it was opened with.

        Raises `NotFound("session-unknown")`, `Refused("session-over")` or `Refused("session-without-cookie")`.
        """
        now = self._clock()
        with self._database.read() as connection:
            row = _row(connection, secret)
        if row is None:
            raise NotFound("session-unknown")
        if row.ended_at is not None or now - row.created_at > LONGEST or now - row.seen_at > IDLE:
            raise Refused("session-over")
        if browser is None or row.browser_hash is None:
            raise Refused("session-without-cookie")
        if not hmac.compare_digest(row.browser_hash, hash_browser(browser)):
            raise Refused("session-of-another-browser")
        if now - row.seen_at > SEEN_STEP:
            with self._database.write() as connection:
                connection.execute(update(launch_sessions).where(launch_sessions.c.id == row.id).values(seen_at=now))
        return _session(row)

    def is_open(self, secret: str, browser: str | None) -> bool:
        """Whether `find` would find it: a launch posted again may be led back to its session."""
        try:
            self.find(secret, browser)
        except ToolError:
            return False
        return True

    def take(self, code: str, browser: str) -> str:
        """Let a new tab take a session by its one-time code; returns the id for its address.

        Raises `Refused("code-used")` for a code that is unknown, used or older than two minutes.
        """
        secret = secrets.token_hex(32)
        now = self._clock()
        usable = (
            (launch_sessions.c.code_hash == _digest(code))
            & (launch_sessions.c.code_expires_at > now)
            & launch_sessions.c.ended_at.is_(None)
        )
        with self._database.write() as connection:
            taken = connection.execute(
                update(launch_sessions)
                .where(usable)
                .values(
                    secret_hash=_digest(secret),
                    browser_hash=hash_browser(browser),
                    code_hash=None,
                    code_expires_at=None,
                    seen_at=now,
                )
                .returning(launch_sessions.c.person_id)
            ).scalar()
            if taken is None:
                raise Refused("code-used")
            self._end_others(connection, hash_browser(browser), taken, now)
        return secret

    def purge(self) -> int:
        """Forget the sessions that can no longer be used, and their nonces with them; returns how many.

        A token is refused ten minutes after it was made, long before its nonce is forgotten.
        """
        with self._database.write() as connection:
            old = launch_sessions.c.created_at < self._clock() - LONGEST
            return connection.execute(delete(launch_sessions).where(old)).rowcount


def _row(connection: Connection, secret: str) -> AnyRow | None:
    return connection.execute(_FIND, {"secret": _digest(secret)}).first()


def _session(row: AnyRow) -> LaunchSession:
    return LaunchSession(
        id=row.id,
        registration_id=row.registration_id,
        deployment_id=row.deployment_id,
        person_id=row.person_id,
        context_id=row.context_id,
        link=row.link_id,
        roles=frozenset(Role(role) for role in row.roles.split()),
        custom_activity=row.custom_activity,
        course_title=row.course_title,
        link_title=row.link_title or "",
        frame_origin=row.frame_origin,
        academie=row.academie,
        time_zone=row.time_zone,
        purpose=Purpose(row.purpose),
        deep_linking=_settings(row.deep_linking),
        review_person_id=row.review_person_id,
    )


def _settings(stored: str | None) -> DeepLinkingSettings | None:
    if stored is None:
        return None
    values = json.loads(stored)
    return DeepLinkingSettings(**{**values, "accept_types": tuple(values["accept_types"])})
