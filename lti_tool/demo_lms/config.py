"""What the demo LMS holds: its course, its people, its activities, and the one tool it trusts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

COURSE_ID = "2"
COURSE_TITLE = "Sciences économiques et sociales"
COURSE_LABEL = "SES"


@dataclass(frozen=True, slots=True)
class DemoCourse:
    """A course. ``history``: the ids of the courses that it was copied from, newest first."""

    id: str = COURSE_ID
    title: str = COURSE_TITLE
    history: tuple[str, ...] = ()


COURSE = DemoCourse()


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A person of the course. ``id`` is a numeric string, as Moodle's, and so are the ids in ``groups``.

    The tool never learns ``name``, unless the course tells names.
    """

    id: str
    name: str
    role: Literal["teacher", "pupil"]
    groups: tuple[str, ...] = ()

    @property
    def opens_as(self) -> str:
        """The label of the button that opens an activity as this person."""
        return "Ouvrir en tant qu'enseignant" if self.role == "teacher" else f"Ouvrir en tant que {self.name}"


TEACHER = DemoUser("2", "Mme Laurent", "teacher")
PUPILS = tuple(DemoUser(str(number + 2), f"Élève {number}", "pupil") for number in (1, 2, 3))


@dataclass(frozen=True, slots=True)
class DemoActivity:
    """An activity of the course that opens in the tool.

    ``key`` is a numeric string and becomes the id of the resource link; ``custom`` the custom parameters of
    the launch; ``points`` the maximum of its gradebook column, ``None`` when it has none; ``target_link_uri``
    the address asked for, by default the tool's launch address; ``resource_id`` and ``tag`` those of the column,
    where the tool has named them; ``course`` where it stands. Grades of every course are kept in one gradebook.
    """

    key: str
    title: str
    custom: Mapping[str, str] = field(default_factory=dict)
    points: float | None = None
    description: str = ""
    target_link_uri: str | None = None
    resource_id: str = ""
    tag: str = ""
    course: DemoCourse = COURSE

    def __post_init__(self) -> None:
        if not (self.key.isascii() and self.key.isdigit()):
            message = f"the key of an activity is a number, as in Moodle: {self.key!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class DemoConfig:
    """Everything that can be chosen. ``base_url`` is the issuer; neither address ends with a slash.

    ``data_dir`` keeps keys, columns and grades from one run to the next; ``None`` keeps them in memory.
    ``tells_names``: the roster holds names, as after a registration that asked for them.
    """

    base_url: str = "http://127.0.0.1:8001"
    tool_url: str = "http://localhost:8000"
    client_id: str = "traamdemolms001"
    deployment_id: str = "1"
    data_dir: Path | None = None
    activities: tuple[DemoActivity, ...] = ()
    users: tuple[DemoUser, ...] = (TEACHER, *PUPILS)
    tells_names: bool = False

    @property
    def auth_url(self) -> str:
        """OIDC authorization endpoint."""
        return f"{self.base_url}/auth"

    @property
    def token_url(self) -> str:
        """OAuth 2 token endpoint, and the audience of the tool's client assertions."""
        return f"{self.base_url}/token"

    @property
    def jwks_url(self) -> str:
        """Where the platform's public keys are."""
        return f"{self.base_url}/certs"

    @property
    def tool_login_url(self) -> str:
        """Where a login is initiated."""
        return f"{self.tool_url}/lti/login"

    @property
    def tool_launch_url(self) -> str:
        """The only registered redirect URI."""
        return f"{self.tool_url}/lti/launch"

    @property
    def tool_jwks_url(self) -> str:
        """Where the tool's public keys are."""
        return f"{self.tool_url}/lti/jwks"

    @property
    def lineitems_url(self) -> str:
        """AGS line items container of the course, with Moodle's query string."""
        return f"{self.base_url}/services/{COURSE_ID}/lineitems?type_id={self.deployment_id}"

    @property
    def memberships_url(self) -> str:
        """NRPS membership service of the course."""
        return f"{self.base_url}/services/CourseSection/{COURSE_ID}/bindings/{self.deployment_id}/memberships"

    def lineitem_url(self, item_id: int, part: str = "") -> str:
        """Address of a line item, or of its ``/scores`` or ``/results``, which go before the query string."""
        return f"{self.base_url}/services/{COURSE_ID}/lineitems/{item_id}/lineitem{part}?type_id={self.deployment_id}"

    def user(self, user_id: str) -> DemoUser | None:
        """The person of that id."""
        return next((user for user in self.users if user.id == user_id), None)

    def activity(self, key: str) -> DemoActivity | None:
        """The activity of that key."""
        return next((activity for activity in self.activities if activity.key == key), None)

    @property
    def teacher(self) -> DemoUser | None:
        """Whoever looks at the gradebook: the first who teaches."""
        return next((user for user in self.users if user.role == "teacher"), None)

    @property
    def pupils(self) -> tuple[DemoUser, ...]:
        """Those who can have a grade."""
        return tuple(user for user in self.users if user.role == "pupil")
