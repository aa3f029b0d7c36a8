"""The composition root: settings → engine → services → pages. Nothing else knows everyone."""

from __future__ import annotations

import os
import secrets
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

from flask import Flask, Response, jsonify, render_template
from werkzeug.middleware.proxy_fix import ProxyFix

from lti_tool.administration.claims_page import ClaimsPage
from lti_tool.administration.health import Health
from lti_tool.administration.metrics import Metrics
from lti_tool.administration.moving import Moving
from lti_tool.administration.sessions import AdminSessions
from lti_tool.administration.views import administration_views
from lti_tool.attempts.preview_views import PreviewPages
from lti_tool.attempts.previews import Previews
from lti_tool.attempts.reading import AttemptReader
from lti_tool.attempts.service import Attempts
from lti_tool.attempts.views import PupilPages
from lti_tool.catalogue.imports import Importer
from lti_tool.catalogue.service import Catalogue
from lti_tool.catalogue.stores import open_blobs
from lti_tool.catalogue.views import CardPages
from lti_tool.contexts.rosters import Rosters
from lti_tool.db import Database, make_engine
from lti_tool.gradebook.delivery import Delivery
from lti_tool.gradebook.loop import DeliveryLoop
from lti_tool.gradebook.reconciliation import Reconciliation
from lti_tool.gradebook.service import Gradebook
from lti_tool.gradebook.wake_ups import Messenger, make_wake_ups
from lti_tool.launches.housekeeping import Housekeeping
from lti_tool.launches.service import Launches
from lti_tool.launches.sessions import LaunchSession, LaunchSessions
from lti_tool.launches.views import launch_views
from lti_tool.lti.claims import Purpose
from lti_tool.lti.connector import HTTPPort
from lti_tool.lti.outgoing import OutgoingHTTP
from lti_tool.lti.outgoing import Response as HTTPResponse
from lti_tool.lti.registration import Callee, Registration
from lti_tool.lti.services import Services as PlatformServices
from lti_tool.placements.answers import Answers
from lti_tool.placements.picker import PickerPages
from lti_tool.placements.service import Placements
from lti_tool.placements.views import ChoicePages
from lti_tool.platforms.registering import Registering
from lti_tool.platforms.service import Platforms
from lti_tool.platforms.views import registration_views
from lti_tool.schema import require_current_schema
from lti_tool.settings import SHORTEST_SECRET, Settings, SettingsRefused, load_settings
from lti_tool.teaching.comparison import PlatformGrades
from lti_tool.teaching.pupil_views import ReadingPages
from lti_tool.teaching.review import ReviewPages
from lti_tool.teaching.views import TeacherPages
from lti_tool.web import install

EXTENSION = "traam"

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
    door = http or _outgoing(settings)

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
    importer = Importer(catalogue, max_upload_mb=settings.max_upload_mb)
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


def create_app(services: Services | None = None) -> Flask:
    """The web service, by default on the settings of the environment.

    Raises `SettingsRefused` or `SchemaOutdated` instead of starting half-ready.
    """
    services = services or make_services(load_settings())
    settings = services.settings
    require_current_schema(services.database.engine)
    app = Flask("lti_tool", static_folder=None)
    app.extensions[EXTENSION] = services
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    services.metrics.install(app)
    install(app, settings)
    _add_pages(app, services)
    return app


def _add_pages(app: Flask, services: Services) -> None:
    choice = ChoicePages(
        services.placements,
        services.catalogue,
        services.importer,
        services.sessions,
        services.database,
        max_upload_mb=services.settings.max_upload_mb,
    )
    picker = PickerPages(
        services.answers,
        services.catalogue,
        services.importer,
        services.sessions,
        max_upload_mb=services.settings.max_upload_mb,
    )
    preview = PreviewPages(services.previews, services.attempts, services.catalogue, services.sessions)
    pupil = PupilPages(services.attempts, services.catalogue, services.gradebook, services.sessions, services.database)
    teacher = TeacherPages(
        database=services.database,
        catalogue=services.catalogue,
        placements=services.placements,
        gradebook=services.gradebook,
        rosters=services.rosters,
        sessions=services.sessions,
        choice=choice,
    )
    reading = ReadingPages(
        database=services.database,
        catalogue=services.catalogue,
        placements=services.placements,
        gradebook=services.gradebook,
        reader=services.attempt_reader,
        grades=services.platform_grades,
        sessions=services.sessions,
    )
    review = ReviewPages(reading, pupil, services.attempts)

    def landing(session: LaunchSession, secret: str) -> str:
        if test := services.claims_page.greet(session):
            return test
        if session.purpose is Purpose.DEEP_LINKING:
            return picker.pick(session, secret)
        if session.purpose is Purpose.REVIEW:
            return review.open(session, secret)
        if session.is_teacher:
            return teacher.home(session, secret)
        if session.is_learner:
            return pupil.play(session, secret)
        return render_template("launches/no_role.html", session=session)

    app.register_blueprint(launch_views(services.launches, services.sessions, services.platforms, landing))
    app.register_blueprint(registration_views(services.platforms, services.registering))
    app.register_blueprint(
        administration_views(
            services.admin_sessions, services.platforms, services.health, services.claims_page, services.settings
        )
    )
    app.register_blueprint(choice.views())
    app.register_blueprint(picker.views())
    app.register_blueprint(CardPages(services.catalogue, services.sessions).views())
    app.register_blueprint(preview.views())
    app.register_blueprint(pupil.views())
    app.register_blueprint(teacher.views())
    app.register_blueprint(reading.views())

    @app.get("/")
    def home() -> str:
        return render_template("home.html")

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        missing = services.health.why_not_ready()
        response = jsonify({"status": "not ready", "missing": missing} if missing else {"status": "ok"})
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK
        return response


def start_background(app: Flask) -> None:
    """Start what runs beside the pages. Call it in each worker, after the fork."""
    services: Services = app.extensions[EXTENSION]
    services.database.engine.dispose(close=False)
    Housekeeping(
        services.sessions.purge,
        services.previews.purge,
        services.rosters.forget_names,
        services.reconciliation.nightly,
    ).start()
    if services.settings.delivery == "embedded":
        services.delivery.start()
    if services.wake_ups is not None:
        services.wake_ups.start()


def stop_background(app: Flask) -> None:
    """Let the scores that are being sent arrive before the worker goes."""
    services: Services = app.extensions[EXTENSION]
    services.delivery.stop(timeout=8)
    if services.wake_ups is not None:
        services.wake_ups.stop(timeout=8)


def _outgoing(settings: Settings) -> OutgoingHTTP:
    try:
        return OutgoingHTTP(
            development=settings.base_is_loopback,
            allow_private=settings.allow_private_platforms,
            ca_file=settings.ca_file or None,
        )
    except OSError as error:
        reason = "it holds no certificate" if isinstance(error, ssl.SSLError) else error.strerror
        raise SettingsRefused(f"TRAAM_CA_FILE: {settings.ca_file} cannot be used ({reason})") from None


def secret_key(settings: Settings) -> str:
    """The secret of the settings, else one made at first start and kept in the data folder.

    Raises `SettingsRefused` when what was kept is too short, as after a disk that was full.
    """
    given = settings.secret_key.get_secret_value()
    if given:
        return given
    path = settings.data_dir / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(48))
    kept = path.read_text().strip()
    if len(kept) < SHORTEST_SECRET:
        raise SettingsRefused(f"{path} does not hold a secret key: delete it, and a new one is made at the next start")
    return kept


def _write_once(path: Path, text: str) -> None:
    """Two processes may start at once: the first one's file stays."""
    # Not named after the process: two containers on one folder may both be number 1.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as target:
        target.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
