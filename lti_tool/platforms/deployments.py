"""Where a registered tool is deployed: accepted, waiting for an administrator, or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from lti_tool.db import Database, insert_into
from lti_tool.errors import NotFound, Refused
from lti_tool.platforms.models import deployments

MOST_WAITING = 50
"""Deployments of a registration that wait: one more is refused without being written down."""


class DeploymentState(StrEnum):
    """Whether launches from a deployment are welcome."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment of a registration; `deployment_id` is the platform's."""

    id: int
    deployment_id: str
    state: DeploymentState
    created_at: datetime


class Deployments:
    """Meets, accepts and refuses deployments. With `accept_all` a new one is accepted at once."""

    def __init__(self, database: Database, clock: Callable[[], datetime], *, accept_all: bool = False) -> None:
        self._database = database
        self._clock = clock
        self._accept_all = accept_all

    def meet(self, registration_id: int, deployment_id: str) -> None:
        """Note a deployment that a verified launch names for the first time.

        Returns when it is accepted. Raises `Refused("deployment-pending")`, or `Refused("deployment-unknown")` when
        too many wait already.
        """
        state = DeploymentState.ACCEPTED if self._accept_all else DeploymentState.PENDING
        with self._database.write() as connection:
            waiting = select(func.count()).where(
                deployments.c.registration_id == registration_id, deployments.c.state == DeploymentState.PENDING
            )
            if not self._accept_all and connection.execute(waiting).scalar_one() >= MOST_WAITING:
                raise Refused("deployment-unknown")
            values = self._values(registration_id, deployment_id, state)
            connection.execute(insert_into(connection, deployments).values(**values).on_conflict_do_nothing())
        if not self._accept_all:
            raise Refused("deployment-pending")

    def accept(self, connection: Connection, registration_id: int, deployment_id: str) -> None:
        """Accept a deployment, known or not, in the transaction of a registration."""
        this = (deployments.c.registration_id == registration_id) & (deployments.c.deployment_id == deployment_id)
        changed = connection.execute(update(deployments).where(this).values(state=DeploymentState.ACCEPTED)).rowcount
        if not changed:
            values = self._values(registration_id, deployment_id, DeploymentState.ACCEPTED)
            connection.execute(insert(deployments).values(**values))

    def decide(self, registration_id: int, id: int, state: DeploymentState) -> None:
        """Accept or refuse a deployment of this registration. Raises `NotFound("deployment-not-here")`."""
        this = (deployments.c.registration_id == registration_id) & (deployments.c.id == id)
        with self._database.write() as connection:
            if not connection.execute(update(deployments).where(this).values(state=state)).rowcount:
                raise NotFound("deployment-not-here")

    def of(self, registration_id: int) -> list[Deployment]:
        """The deployments of a registration, those that wait first."""
        first = (deployments.c.state != DeploymentState.PENDING, deployments.c.id)
        statement = select(deployments).where(deployments.c.registration_id == registration_id).order_by(*first)
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return [Deployment(row.id, row.deployment_id, DeploymentState(row.state), row.created_at) for row in rows]

    def waiting(self) -> dict[int, int]:
        """How many deployments wait, by registration; those with none are left out."""
        statement = (
            select(deployments.c.registration_id, func.count())
            .where(deployments.c.state == DeploymentState.PENDING)
            .group_by(deployments.c.registration_id)
        )
        with self._database.read() as connection:
            return {int(row[0]): int(row[1]) for row in connection.execute(statement)}

    def _values(self, registration_id: int, deployment_id: str, state: DeploymentState) -> dict[str, object]:
        return {
            "registration_id": registration_id,
            "deployment_id": deployment_id,
            "state": state,
            "created_at": self._clock(),
        }
