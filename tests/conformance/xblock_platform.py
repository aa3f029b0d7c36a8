"""Open edX's LTI library as a platform, with its own views and database, on a loopback address.

None of it is ours: `lti-consumer-xblock` signs the launches, gives the tokens, checks the tool's keyset and takes
the scores. It needs no Open edX, but Django, which has one configuration per process: hence one platform per process.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lti_tool.platforms.service import NewPlatform
from tests.support.loopback import LoopbackServer

APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rest_framework",
    "django_filters",
    "config_models",
    "lti_consumer",
]
MIDDLEWARE = [
    "edx_django_utils.cache.middleware.RequestCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
LINK = "block-v1:lycee+ses+2026+type@lti_consumer+block@exercice"
MEMBERS = {1: ("teacher-1", "staff"), 2: ("pupil-7", "student"), 3: ("pupil-8", "student"), 4: ("pupil-9", "student")}
"""The people of the course: what Open edX calls them to tools, and their role."""
USAGE_ID_PATTERN = r"(?P<usage_id>block-v1:[^/]+)"


@dataclass(frozen=True)
class XBlockTool:
    """The tool as the platform knows it, with its line item; and the platform as the tool knows it."""

    configuration: Any
    line_item: Any
    issuer: str

    @property
    def auth_url(self) -> str:
        """OIDC authorization endpoint."""
        return f"{self.issuer}/api/lti_consumer/v1/launch/"

    @property
    def platform(self) -> NewPlatform:
        """What the tool has to know."""
        return NewPlatform(
            issuer=self.issuer,
            client_id=self.configuration.lti_1p3_client_id,
            # Open edX knows one deployment.
            deployment_id="1",
            auth_url=self.auth_url,
            token_url=f"{self.issuer}/api/lti_consumer/v1/token/{self.configuration.passport_id}",
            jwks_url=f"{self.issuer}/api/lti_consumer/v1/public_keysets/{self.configuration.passport_id}",
            name="Open edX",
        )

    def start_login(self, *, user: str, role: str, custom: dict[str, str], picking: bool = False) -> str:
        """The address to which the platform sends the browser of a person who clicks. `role`: student or staff.

        With `picking` it is an author who configures the link, by deep linking.
        """
        from lti_consumer.data import Lti1p3LaunchData  # noqa: PLC0415 - needs a configured Django

        launch = Lti1p3LaunchData(
            user_id=user,
            user_role=role,
            config_id=self.configuration.config_id,
            resource_link_id=f"link-{self.configuration.id}",
            context_id="course-v1:lycee+ses+2026",
            context_type=["course_offering"],
            context_title="Sciences économiques et sociales",
            launch_presentation_document_target="iframe",
            custom_parameters=custom,
            message_type="LtiDeepLinkingRequest" if picking else "LtiResourceLinkRequest",
        )
        return str(self.configuration.get_lti_consumer().prepare_preflight_url(launch))

    def picked(self) -> list[dict[str, Any]]:
        """The links that the platform's own view has stored from deep linking, as it has read them."""
        stored = self.configuration.ltidlcontentitem_set.filter(content_type="ltiResourceLink")
        return [dict(item.attributes) for item in stored]

    def score(self, user: str) -> dict[str, Any] | None:
        """The score that the platform's own view has stored for a user."""
        fields = ("score_given", "score_maximum", "activity_progress", "grading_progress")
        stored: dict[str, Any] | None = self.line_item.scores.filter(user_id=user).values(*fields).first()
        return stored


class XBlockPlatform:
    """The running platform."""

    def __init__(self, folder: Path) -> None:
        self._server = LoopbackServer(self._answer)
        self.issuer = self._server.origin
        self._django = configured_django(folder / "xblock.sqlite", self.issuer)

    def _answer(self, environ: Any, start_response: Any) -> Any:
        return self._django(environ, start_response)

    def stop(self) -> None:
        """Stop answering."""
        self._server.stop()

    def add_tool(self, base_url: str, *, points: int) -> XBlockTool:
        """Register the tool at `base_url`, with one link and its column of `points` points in the gradebook."""
        from lti_consumer.models import Lti1p3Passport, LtiAgsLineItem, LtiConfiguration  # noqa: PLC0415 - as above

        passport = Lti1p3Passport.objects.create(lti_1p3_tool_keyset_url=f"{base_url}/lti/jwks")
        configuration = LtiConfiguration.objects.create(
            version=LtiConfiguration.LTI_1P3,
            config_store=LtiConfiguration.CONFIG_ON_DB,
            lti_1p3_passport=passport,
            lti_1p3_oidc_url=f"{base_url}/lti/login",
            lti_1p3_launch_url=f"{base_url}/lti/launch",
            lti_advantage_deep_linking_enabled=True,
            lti_advantage_deep_linking_launch_url=f"{base_url}/lti/launch",
            lti_advantage_enable_nrps=True,
            location=LINK,
        )
        line_item = LtiAgsLineItem.objects.create(
            lti_configuration=configuration, label="Exercice", score_maximum=points
        )
        return XBlockTool(configuration, line_item, self.issuer)


def configured_django(database: Path, issuer: str) -> Any:
    """Django with the library's views and an empty database: a WSGI application."""
    # Playwright's event loop lives in the thread of the tests; Django would refuse its database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with warnings.catch_warnings():
        # Warnings of packages that are not ours, while they are imported.
        warnings.simplefilter("ignore")
        import django  # noqa: PLC0415 - costs a second, and only these tests need it
        from django.conf import settings  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415
        from django.core.wsgi import get_wsgi_application  # noqa: PLC0415

        settings.configure(
            SECRET_KEY="only-for-tests",
            ALLOWED_HOSTS=["127.0.0.1"],
            INSTALLED_APPS=APPS,
            MIDDLEWARE=MIDDLEWARE,
            SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
            DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
            CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
            TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
            ROOT_URLCONF="tests.conformance.xblock_urls",
            DEFAULT_AUTO_FIELD="django.db.models.AutoField",
            USE_TZ=True,
            LOGGING_CONFIG=None,
            FEATURES={},
            LTI_NRPS_DISALLOW_PII=True,
            PLATFORM_NAME="Open edX",
            USAGE_ID_PATTERN=USAGE_ID_PATTERN,
            LTI_API_BASE=issuer,
            LMS_ROOT_URL=issuer,
            LMS_BASE=issuer.removeprefix("http://"),
        )
        django.setup()
        stand_in_for_open_edx()
        call_command("migrate", verbosity=0)
        return get_wsgi_application()


def stand_in_for_open_edx() -> None:
    """Answer what the library asks of the LMS around it, which is not here: about its authors and its people."""
    from lti_consumer.plugin import compat  # noqa: PLC0415 - needs a configured Django

    def load_enough_xblock(_location: object) -> None:
        return None

    def user_has_studio_write_access(_user: object, _course: object) -> bool:
        return True

    def get_course_members(_course: object) -> dict[int, dict[str, Any]]:
        return {number: {"id": number, "roles": [role]} for number, (_, role) in MEMBERS.items()}

    def merge_course_forum_roles(_course: object, members: object) -> object:
        return members

    def batch_get_or_create_externalids(_users: object) -> dict[int, SimpleNamespace]:
        return {number: SimpleNamespace(external_user_id=user) for number, (user, _) in MEMBERS.items()}

    for answer in (
        load_enough_xblock,
        user_has_studio_write_access,
        get_course_members,
        merge_course_forum_roles,
        batch_get_or_create_externalids,
    ):
        setattr(compat, answer.__name__, answer)
