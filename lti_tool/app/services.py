"""Every service of the house, built on one database."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from lti_tool.administration.claims_page import ClaimsPage
from lti_tool.administration.health import Health
from lti_tool.administration.metrics import Metrics
from lti_tool.administration.moving import Moving
from lti_tool.administration.sessions import AdminSessions
from lti_tool.app.secret_key import secret_key
from lti_tool.attempts.previews import Previews
from lti_tool.attempts.reading import AttemptReader
from lti_tool.attempts.service import Attempts
from lti_tool.catalogue.imports import Importer
from lti_tool.catalogue.service import Catalogue
from lti_tool.catalogue.stores import open_blobs
from lti_tool.contexts.rosters import Rosters
from lti_tool.db import Database, make_engine
from lti_tool.gradebook.delivery import Delivery
from lti_tool.gradebook.loop import DeliveryLoop
from lti_tool.gradebook.reconciliation import Reconciliation
from lti_tool.gradebook.service import Gradebook
from lti_tool.gradebook.wake_ups import Messenger, make_wake_ups
from lti_tool.launches.service import Launches
from lti_tool.launches.sessions import LaunchSessions
from lti_tool.libraries.installing import Installer
from lti_tool.libraries.player import Player
from lti_tool.libraries.service import Libraries
from lti_tool.lti.connector import HTTPPort
from lti_tool.lti.outgoing import OutgoingHTTP
from lti_tool.lti.outgoing import Response as HTTPResponse
from lti_tool.lti.registration import Callee, Registration
from lti_tool.lti.services import Services as PlatformServices
from lti_tool.placements.answers import Answers
from lti_tool.placements.service import Placements
from lti_tool.platforms.registering import Registering
from lti_tool.platforms.service import Platforms
from lti_tool.settings import Settings, SettingsRefused
from lti_tool.teaching.comparison import PlatformGrades

EXTENSION = "traam"
"""Where an `app` keeps its services."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of the house."""
    return datetime.now(UTC)


class HTTP(HTTPPort, Protocol):
    """How platforms are called: `OutgoingHTTP`, or a fake."""

    def request(
        self,
        method: str,
        url: str,
        *,
        registration: Callee,
        headers: Mapping[str, str] | None = None,
        data: str | Mapping[str, str] | None = None,
    ) -> HTTPResponse:
        """Call `url` and give the answer, whatever its status."""

    def get_json(self, url: str, *, registration: Registration) -> dict[str, Any]:
        """Fetch a JSON object."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the pages and the command line work with."""

    settings: Settings
    database: Database
    platforms: Platforms
    registering: Registering
    sessions: LaunchSessions
    launches: Launches
    catalogue: Catalogue
    importer: Importer
    libraries: Libraries
    library_installer: Installer
    player: Player
    placements: Placements
    gradebook: Gradebook
    answers: Answers
    attempts: Attempts
    previews: Previews
    delivery: DeliveryLoop
    reconciliation: Reconciliation
    deliveries: Callable[[], Delivery]
    wake_ups: Messenger | None
    rosters: Rosters
    attempt_reader: AttemptReader
    platform_grades: PlatformGrades
    admin_sessions: AdminSessions
    claims_page: ClaimsPage
    health: Health
    metrics: Metrics
    moving: Moving


def make_services(settings: Settings, *, http: HTTP | None = None, clock: Clock = utc_now) -> Services:
    """Build every service on the database of `settings`; touches no network and writes no row.

    `http` is how platforms are called, by default through the guarded door.
    """
    database = Database(make_engine(settings.database))
    door = http or outgoing(settings)

    def fetch(registration: Registration, url: str) -> Any:
        return door.get_json(url, registration=registration)

    secret = secret_key(settings)
    platforms = Platforms(
        database,
        fetch,
        clock,
        allow_loopback=settings.base_is_loopback,
        accept_deployments=settings.accept_deployments,
        encryption_key=settings.key_encryption_key.get_secret_value(),
    )
    registering = Registering(
        database,
        platforms,
        door,
        secret=secret,
        base_url=settings.base_url,
        logo_url=f"{settings.base_url}/static/img/icon.svg",
        development=settings.base_is_loopback,
        with_names=settings.ask_names,
        allow_canvas=settings.allow_canvas,
    )
    sessions = LaunchSessions(database, clock)
    catalogue = Catalogue(database, open_blobs(settings), clock)
    libraries = Libraries(database, catalogue.blobs)
    importer = Importer(catalogue, libraries, max_upload_mb=settings.max_upload_mb)
    placements = Placements(database, catalogue, lambda: platforms.kept_secret("placement"), clock)
    launches = Launches(
        database,
        platforms,
        sessions,
        secret=secret,
        base_url=settings.base_url,
        clock=clock,
        check_activity=placements.check,
    )
    gradebook = Gradebook(database, clock)
    answers = Answers(database, placements, platforms, clock, launch_url=settings.launch_url)
    attempts = Attempts(database, catalogue, placements, gradebook, clock)
    previews = Previews(database, catalogue, clock)
    services = PlatformServices(door, signing_key=platforms.signing_key, clock=clock)

    def new_delivery() -> Delivery:
        return Delivery(database, platforms, services, clock)

    rounds = new_delivery()
    delivery = DeliveryLoop(database, rounds.round, finish=rounds.close, wake_up=gradebook.wake_up, clock=clock)
    admin_sessions = AdminSessions(database, platforms.records, clock, secret=secret)
    return Services(
        settings=settings,
        database=database,
        platforms=platforms,
        registering=registering,
        sessions=sessions,
        launches=launches,
        catalogue=catalogue,
        importer=importer,
        libraries=libraries,
        library_installer=Installer(database, catalogue.blobs, clock),
        player=Player(catalogue, libraries, secret=secret, base_url=settings.base_url),
        placements=placements,
        gradebook=gradebook,
        answers=answers,
        attempts=attempts,
        previews=previews,
        delivery=delivery,
        reconciliation=Reconciliation(database, platforms, services, clock),
        deliveries=new_delivery,
        wake_ups=make_wake_ups(settings, gradebook.wake_up),
        rosters=Rosters(database, platforms, services, clock),
        attempt_reader=AttemptReader(catalogue, clock),
        platform_grades=PlatformGrades(database, platforms, services),
        admin_sessions=admin_sessions,
        claims_page=ClaimsPage(admin_sessions, secret=secret),
        health=Health(settings, database, platforms, gradebook),
        metrics=Metrics(database, clock, token=settings.metrics_token.get_secret_value()),
        moving=Moving(database, changed=platforms.forget),
    )


def outgoing(settings: Settings) -> OutgoingHTTP:
    """The guarded door. Raises `SettingsRefused` for authorities that cannot be read."""
    try:
        return OutgoingHTTP(
            development=settings.base_is_loopback,
            allow_private=settings.allow_private_platforms,
            ca_file=settings.ca_file or None,
        )
    except OSError as error:
        reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise SettingsRefused(f"TRAAM_CA_FILE: {settings.ca_file} cannot be used ({reason})") from None
