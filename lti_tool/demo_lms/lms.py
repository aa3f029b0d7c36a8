"""The demo LMS itself: its state, and the programming interface by which tests drive it."""

from __future__ import annotations

import dataclasses
import hmac
import math
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lti_tool.demo_lms.claims import Target, edited, launch_claims
from lti_tool.demo_lms.config import COURSE, DemoActivity, DemoConfig, DemoCourse, DemoUser
from lti_tool.demo_lms.deep_linking import (
    PICKING,
    AnswerRefused,
    activity_of,
    picking_claims,
    read_answer,
    return_address,
)
from lti_tool.demo_lms.errors import PageNotFound
from lti_tool.demo_lms.gradebook import couple, gradebook, receive_score
from lti_tool.demo_lms.keys import PlatformKey
from lti_tool.demo_lms.oidc import Launch, Launches, authenticate
from lti_tool.demo_lms.registration import Registrations
from lti_tool.demo_lms.scores import Faults, ScoreDoor, ScorePost
from lti_tool.demo_lms.store import LineItem, Store
from lti_tool.demo_lms.tokens import FetchKeyset, Tokens, fetch_keyset


class DemoLMS:
    """An LTI 1.3 platform with one course.

    ``clock`` gives seconds since the epoch; ``fetch`` gets the tool's key set from its address; ``key`` spares a
    test the making of a signing key. Persons and activities are named by their ids.
    """

    def __init__(
        self,
        config: DemoConfig,
        *,
        clock: Callable[[], float] = time.time,
        fetch: FetchKeyset = fetch_keyset,
        key: PlatformKey | None = None,
    ) -> None:
        self.config = config
        self.clock = clock
        self.store = Store(config.data_dir)
        self.launches = Launches()
        self.registrations = Registrations()
        self.tokens = Tokens(fetch)
        self.calls: Counter[str] = Counter()
        self._door = ScoreDoor()
        self.fetch = fetch
        self._sesskey = secrets.token_hex(8)
        self.config = dataclasses.replace(config, activities=(*config.activities, *self.store.added_activities()))
        self._keys = [key] if key else self.store.keys()
        if not self._keys:
            self.rotate_key()
        couple(self.store, self.config)

    def close(self) -> None:
        """Release the database."""
        self.store.close()

    def reconfigure(self, **changes: Any) -> None:
        """Change fields of the configuration, such as ``tool_url`` or ``activities``; grades stay."""
        self.config = dataclasses.replace(self.config, **changes)
        couple(self.store, self.config)

    def activate_tool(self, client_id: str) -> None:
        """Open activities in a tool that has registered; the one before it is set aside. Raises `PageNotFound`."""
        tool = next((tool for tool in self.registrations.tools if tool.client_id == client_id), None)
        if tool is None:
            raise PageNotFound
        tool.active = True
        self.reconfigure(client_id=tool.client_id, deployment_id=tool.deployment_id)

    # --- keys

    @property
    def key(self) -> PlatformKey:
        """The key that signs."""
        return self._keys[0]

    @property
    def keyset(self) -> dict[str, Any]:
        """The public key set (RFC 7517 §5)."""
        return {"keys": [key.jwk for key in self._keys]}

    def rotate_key(self, *, keep_old: bool = True) -> PlatformKey:
        """Sign with a fresh key from now on; the old ones stay published if ``keep_old``."""
        fresh = PlatformKey.new()
        self.store.add_key(fresh)
        if not keep_old:
            for old in self._keys:
                self.store.remove_key(old.kid)
        self._keys = [fresh, *(self._keys if keep_old else [])]
        return fresh

    # --- launches

    def start_login(self, user: str, activity: str, *, target: Target = "iframe") -> dict[str, str]:
        """The fields of a login initiation, to be posted to the tool (LTI Security 1.0 §5.1.1.1)."""
        return self.launches.begin(self.config, self._launch(user, activity, target))

    def start_review(self, user: str, activity: str, *, of: str) -> dict[str, str]:
        """The fields of a login initiation that ends in a review, by ``user``, of the work of another person."""
        launch = dataclasses.replace(self._launch(user, activity, "iframe"), reviewed=self._user(of))
        return self.launches.begin(self.config, launch)

    def answer_auth(self, request: Mapping[str, str]) -> dict[str, str]:
        """The fields posted back to the tool after a correct authentication request. Raises as `authenticate`."""
        launch = authenticate(self.config, self.launches, request)
        return {"id_token": self.key.sign(self._claims(launch, request["nonce"]))}

    def claims(self, user: str, activity: str, *, nonce: str, target: Target = "iframe") -> dict[str, Any]:
        """The claims of a launch, valid for 60 s from now. A test may change them and have `key` sign them."""
        return self._claims(self._launch(user, activity, target), nonce)

    def id_token(
        self,
        user: str,
        activity: str,
        *,
        nonce: str,
        overrides: Mapping[str, Any] | None = None,
        without: Iterable[str] = (),
    ) -> str:
        """A signed token whose claims are changed or removed; LTI claims may be named in short (``roles``)."""
        claims = self.claims(user, activity, nonce=nonce)
        return self.key.sign(edited(claims, overrides=overrides or {}, without=without))

    def _launch(self, user: str, activity: str, target: Target) -> Launch:
        return Launch(self._user(user), self._activity(activity), target)

    def _claims(self, launch: Launch, nonce: str) -> dict[str, Any]:
        if launch.picking:
            url = return_address(self.config, self._sesskey)
            return picking_claims(self.config, user=launch.user, return_url=url, nonce=nonce, now=self.now())
        return launch_claims(
            self.config,
            user=launch.user,
            activity=launch.activity,
            items=[item for item in self.store.line_items() if item.link_id == launch.activity.key],
            nonce=nonce,
            now=self.now(),
            target=launch.target,
            reviewed=launch.reviewed,
        )

    def _user(self, user_id: str) -> DemoUser:
        user = self.config.user(user_id)
        if user is None:
            raise PageNotFound
        return user

    def _activity(self, key: str) -> DemoActivity:
        activity = self.config.activity(key)
        if activity is None:
            raise PageNotFound
        return activity

    # --- the course

    def start_picking(self, user: str) -> dict[str, str]:
        """The fields of a login initiation that ends in a deep linking request."""
        return self.launches.begin(self.config, Launch(self._user(user), PICKING, "iframe", picking=True))

    def picking_claims(self, user: str, *, nonce: str) -> dict[str, Any]:
        """The claims of a deep linking request; a test may change them and have `key` sign them."""
        return self._claims(Launch(self._user(user), PICKING, "iframe", picking=True), nonce)

    def receive_answer(self, token: str, *, sesskey: str) -> list[DemoActivity]:
        """Put what was picked into the course. Raises `AnswerRefused`; an item that Moodle drops is dropped."""
        if not hmac.compare_digest(sesskey.encode(), self._sesskey.encode()):
            raise AnswerRefused("sesskey")
        items = read_answer(self.config, token, self.fetch(self.config.tool_jwks_url), now=self.clock())
        return [self._add(made) for item in items if (made := activity_of(item, self._next_key()))]

    def duplicate(self, key: str) -> DemoActivity:
        """A second link with the same custom parameters, resource id and tag, and a column of its own."""
        activity = self._activity(key)
        return self._add(dataclasses.replace(activity, key=self._next_key(), title=f"{activity.title} (copie)"))

    def copy_course(self) -> list[DemoActivity]:
        """Each activity of the first course once more, in a course that knows what it is a copy of."""
        originals = [activity for activity in self.config.activities if activity.course == COURSE]
        courses = {activity.course.id for activity in self.config.activities}
        number = max(int(course) for course in {*courses, COURSE.id}) + 1
        copy = DemoCourse(str(number), f"{COURSE.title} (copie)", (COURSE.id,))
        return [self._add(dataclasses.replace(a, key=self._next_key(), course=copy)) for a in originals]

    def _next_key(self) -> str:
        return str(max([100, *(int(activity.key) for activity in self.config.activities)]) + 1)

    def _add(self, activity: DemoActivity) -> DemoActivity:
        self.store.add_activity(activity)
        self.reconfigure(activities=(*self.config.activities, activity))
        return activity

    # --- grades

    def gradebook(self) -> dict[str, Any]:
        """The gradebook as data, the same as ``/gradebook.json``."""
        return gradebook(self.store, self.config)

    def line_items(self) -> list[LineItem]:
        """The columns of the gradebook."""
        return self.store.line_items()

    @property
    def posts(self) -> list[ScorePost]:
        """Every score POST received with a valid token, in order, with what was answered."""
        return self._door.log

    @property
    def answer_scores_with(self) -> Faults:
        """What score POSTs are answered instead: a list used up from its head, or a function of the body."""
        return self._door.answer_with

    @answer_scores_with.setter
    def answer_scores_with(self, faults: Faults) -> None:
        self._door.answer_with = faults

    def receive_score(self, item_id: int, body: bytes) -> None:
        """Take a score in. Raises `ServiceRefused`."""
        self._door.receive(
            item_id,
            body,
            now=self.clock(),
            store=lambda: receive_score(self.store, self.config, item_id=item_id, body=body, now=self.now()),
        )

    def now(self) -> int:
        """The present second."""
        return math.floor(self.clock())
