"""Platforms as administrators see them: what is known of each, and what may be changed by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from lti_tool.db import AnyRow, Database
from lti_tool.errors import NotFound
from lti_tool.lti.registration import Registration
from lti_tool.platforms.invitations import check_description
from lti_tool.platforms.models import registrations


@dataclass(frozen=True, slots=True)
class Record:
    """A registration with everything that is known of it. `academie` None: of no académie, such as Magistère."""

    registration: Registration
    time_zone: str
    academie: str | None
    admin_launch: bool
    with_names: bool
    product: str | None
    created_at: datetime

    @property
    def id(self) -> int:
        """Of the registration."""
        return self.registration.id

    @property
    def name(self) -> str:
        """What the platform is called here."""
        return self.registration.name


class Records:
    """Reads and changes platforms, the inactive ones too. `changed` is told after each change."""

    def __init__(self, database: Database, *, changed: Callable[[], None]) -> None:
        self._database = database
        self._changed = changed

    def all(self) -> list[Record]:
        """Every platform, in the order in which they came."""
        with self._database.read() as connection:
            return [_record(row) for row in connection.execute(select(registrations).order_by(registrations.c.id))]

    def one(self, registration_id: int) -> Record:
        """One platform. Raises `NotFound("platform-not-here")`."""
        with self._database.read() as connection:
            statement = select(registrations).where(registrations.c.id == registration_id)
            row = connection.execute(statement).first()
        if row is None:
            raise NotFound("platform-not-here")
        return _record(row)

    def describe(self, registration_id: int, *, name: str, time_zone: str) -> None:
        """Name a platform and say where it is. Raises as `check_description` and `one` do."""
        check_description(name, None, time_zone)
        self._change(registration_id, {"name": name.strip(), "time_zone": time_zone})

    def permit(self, registration_id: int, *, active: bool, admin_launch: bool, academie: str | None) -> None:
        """Say whether a platform may launch at all, whether its administrators may sign in here, and its académie.

        Raises as `describe`.
        """
        record = self.one(registration_id)
        check_description(record.name, academie, record.time_zone)
        self._change(registration_id, {"active": active, "admin_launch": admin_launch, "academie": academie})

    def _change(self, registration_id: int, values: dict[str, object]) -> None:
        this = registrations.c.id == registration_id
        with self._database.write() as connection:
            if not connection.execute(update(registrations).where(this).values(**values)).rowcount:
                raise NotFound("platform-not-here")
        self._changed()


def registration_of(row: AnyRow) -> Registration:
    """A row of the table as the protocol sees it."""
    return Registration(
        id=row.id,
        issuer=row.issuer,
        client_id=row.client_id,
        name=row.name,
        auth_url=row.auth_url,
        token_url=row.token_url,
        jwks_url=row.jwks_url,
        active=row.active,
    )


def _record(row: AnyRow) -> Record:
    return Record(
        registration=registration_of(row),
        time_zone=row.time_zone,
        academie=row.academie,
        admin_launch=row.admin_launch,
        with_names=row.with_names,
        product=row.product,
        created_at=row.created_at,
    )
