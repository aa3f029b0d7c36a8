"""OpenLearning's LTI library as a platform, on a loopback address.

`lti1p3platform` has the protocol and leaves storage and HTTP to whoever subclasses it: what follows is no more than
that. The library makes the logins, signs the launches, gives and checks the tokens, reads the tool's keyset, decides
what a service answers and with which status, and opens the answers to deep linking.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, make_response, request
from lti1p3platform.exceptions import LineItemNotFoundException
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.membership import Context
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request
from lti1p3platform.response import Response as Decided
from lti1p3platform.score import UpdateScoreStatus
from lti1p3platform.service_connector import AssignmentsGradesService, NamesRoleProvisioningService

from lti_tool.lti.deep_linking import DL_CLAIM
from lti_tool.platforms.service import NewPlatform
from tests.support.loopback import LoopbackServer

CLIENT_ID = "openlearning-client"
DEPLOYMENT = "deployment-1"
COURSE = Context("course-1", "SES", "Sciences économiques et sociales")
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
PICKING = "picking"
"""The message hint of a deep linking request; any other hint is a resource link."""
FORM = "<form method='post' action='{url}'><input name='id_token' value='{token}'><input name='state' value='{state}'>"
PAGE = 1
"""Members on a page of the roster: the tool has to turn it."""


@dataclass
class Column:
    """A line item, and the last score of each person."""

    link: str
    points: int
    scores: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class OpenLearning:
    """What this platform stores: people by id with the last word of their role, columns by id, picked items."""

    tool_url: str
    people: Mapping[str, str]
    columns: dict[str, Column]
    custom: Mapping[str, str]
    picked: list[dict[str, Any]] = field(default_factory=list)
    echoed: Any = None
    """The `data` of the last answer to deep linking."""

    def __post_init__(self) -> None:
        self._server = LoopbackServer(platform_app(self))
        self.issuer = self._server.origin
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private, public = serialization.PrivateFormat.PKCS8, serialization.PublicFormat.SubjectPublicKeyInfo
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        self.registration = (
            Registration()
            .set_iss(self.issuer)
            .set_client_id(CLIENT_ID)
            .set_deployment_id(DEPLOYMENT)
            .set_oidc_login_url(f"{self.tool_url}/lti/login")
            .set_launch_url(f"{self.tool_url}/lti/launch")
            .set_deeplink_launch_url(f"{self.tool_url}/lti/launch")
            .set_tool_key_set_url(f"{self.tool_url}/lti/jwks")
            .set_platform_private_key(key.private_bytes(pem, private, plain).decode())
            .set_platform_public_key(key.public_key().public_bytes(pem, public).decode())
        )

    def stop(self) -> None:
        """Stop answering."""
        self._server.stop()

    @property
    def platform(self) -> NewPlatform:
        """The platform as the tool has to know it."""
        return NewPlatform(
            issuer=self.issuer,
            client_id=CLIENT_ID,
            deployment_id=DEPLOYMENT,
            auth_url=f"{self.issuer}/auth",
            token_url=f"{self.issuer}/token",
            jwks_url=f"{self.issuer}/jwks",
            name="OpenLearning",
        )

    @property
    def lineitems_url(self) -> str:
        """Line items of the course."""
        return f"{self.issuer}/lineitems"

    @property
    def memberships_url(self) -> str:
        """Roster of the course."""
        return f"{self.issuer}/memberships"

    def configuration(self) -> PlatformConfiguration:
        """A platform of the library, one for each request as it remembers the token that it reads."""
        return PlatformConfiguration(registration=self.registration)

    def start_login(self, user: str, hint: str) -> str:
        """The address to which the platform sends the browser of a person who clicks."""
        login = LoginStart(None, self.configuration())
        login.set_lti_message_hint(hint=hint)
        return str(login.initiate_login(user))


class PlatformConfiguration(LTI1P3PlatformConfAbstract):
    """The library's platform, with one tool."""

    def init_platform_config(self, **kwargs: Any) -> None:
        """Know the tool."""
        self._tool: Registration = kwargs["registration"]
        self._registration = self._tool

    def get_registration_by_params(self, **_: Any) -> Registration:
        """The one tool."""
        return self._tool


class LoginStart(OIDCLoginAbstract):
    """The library's login, whose redirection is followed by a test."""

    def set_lti_message_hint(self, **kwargs: Any) -> None:
        """Say what is to be opened."""
        self._lti_message_hint = kwargs["hint"]

    def get_redirect(self, url: str) -> str:
        """The address itself."""
        return url


class Asked(Request):
    """A request of Flask as the library wants it."""

    def build_metadata(self, request: Any) -> Any:
        """Its parts. Numbers of a query are numbers for the library."""
        query = {name: int(value) if value.isdigit() else value for name, value in request.args.items()}
        return {
            "method": request.method,
            "form_data": request.form.to_dict(),
            "get_data": query,
            "headers": request.headers,
            "content_type": request.content_type,
            "path": request.path,
            "json": request.get_json(force=True, silent=True),
        }


class Launch(LTIAdvantageMessageLaunchAbstract):
    """The library's launch of a link or of deep linking, with grades and roster."""

    def __init__(self, asked: Request, place: OpenLearning) -> None:
        super().__init__(asked, place.configuration())
        self._place = place

    def prepare_launch(self, preflight_response: dict[str, Any]) -> None:
        """Say who opens what."""
        place, user, hint = self._place, str(preflight_response["login_hint"]), preflight_response["lti_message_hint"]
        self.set_user_data(user, [MEMBERSHIP + place.people[user]])
        self.set_launch_context_claim(COURSE.id, [], COURSE.title, COURSE.label)
        self.set_launch_presentation_claim("iframe")
        self.set_nrps(place.memberships_url)
        if hint == PICKING:
            self.set_dl(f"{place.issuer}/picked", accept_types={"ltiResourceLink"}, extra_data={"dialog": 7})
            return
        self.set_resource_link_claim(hint, title="Exercice")
        self.set_custom_parameters_claim(dict(place.custom))
        column = next((id for id, column in place.columns.items() if column.link == hint), None)
        self.set_ags(place.lineitems_url, column and f"{place.lineitems_url}/{column}")

    def render_launch_form(self, launch_data: dict[str, Any], **_: Any) -> str:
        """The form that a browser sends."""
        return FORM.format(url=launch_data["launch_url"], token=launch_data["id_token"], state=launch_data["state"])


class Grades(AssignmentsGradesService):
    """The library's grade service on the columns in memory."""

    def __init__(self, asked: Request, place: OpenLearning) -> None:
        super().__init__(asked, place.configuration(), place.lineitems_url)
        self._place = place

    def _column(self, line_item_id: str) -> Column:
        if line_item_id not in self._place.columns:
            raise LineItemNotFoundException
        return self._place.columns[line_item_id]

    def find_lineitem(self, line_item_id: str) -> Any:
        """One column."""
        column = self._column(line_item_id)
        url = f"{self._place.lineitems_url}/{line_item_id}"
        return {"id": url, "label": "Exercice", "resourceLinkId": column.link, "scoreMaximum": column.points}

    def find_lineitems(self, **_: Any) -> Any:  # type: ignore[override]  # the query's names are the caller's
        """Every column, whatever is asked for."""
        return {"content": [self.find_lineitem(id) for id in self._place.columns], "has_next": False}

    def create_lineitem(self, creation_data: Any) -> Any:
        """A new column."""
        id = str(len(self._place.columns) + 1)
        self._place.columns[id] = Column(creation_data["resourceLinkId"], creation_data["scoreMaximum"])
        return {**creation_data, "id": f"{self._place.lineitems_url}/{id}"}

    def update_lineitem(self, _update_data: Any) -> Any:
        """Nobody changes one."""
        raise LineItemNotFoundException

    def delete_lineitem(self, _line_item_id: str) -> None:
        """Nobody deletes one."""
        raise LineItemNotFoundException

    def update_score(self, line_item_id: str, score: Any) -> UpdateScoreStatus:
        """Keep a score, unless it is not newer than the one that is kept (AGS §3.4.4)."""
        scores = self._column(line_item_id).scores
        kept = scores.get(score["userId"])
        if kept and datetime.fromisoformat(kept["timestamp"]) >= datetime.fromisoformat(score["timestamp"]):
            return UpdateScoreStatus.OLD_TIMESTAMP
        scores[score["userId"]] = score
        return UpdateScoreStatus.SUCCESS if kept else UpdateScoreStatus.CREATED

    def get_results(self, line_item_id: str, **filters: Any) -> Any:  # type: ignore[override]  # as above
        """The results of one person, or of everybody."""
        url, column = f"{self._place.lineitems_url}/{line_item_id}", self._column(line_item_id)
        rows = [
            {
                "id": f"{url}/results/{quote(user)}",
                "userId": user,
                "resultScore": score["scoreGiven"],
                "resultMaximum": score["scoreMaximum"],
            }
            for user, score in column.scores.items()
            if filters.get("user_id", user) == user
        ]
        return {"content": rows, "has_next": False}


class Roster(NamesRoleProvisioningService):
    """The library's roster of the people in memory."""

    def __init__(self, asked: Request, place: OpenLearning) -> None:
        super().__init__(asked, place.configuration(), place.memberships_url)
        self._place = place

    def get_context_by_id(self) -> Context:
        """The one course."""
        return COURSE

    def get_member_data_page(self, page: int = 1, **_: Any) -> Any:  # type: ignore[override]  # as above
        """One person a page, whatever limit is asked for."""
        start = (page - 1) * PAGE
        people = list(self._place.people.items())
        content = [{"user_id": user, "roles": [MEMBERSHIP + role]} for user, role in people[start : start + PAGE]]
        return {"content": content, "has_next": start + PAGE < len(people)}


def platform_app(place: OpenLearning) -> Flask:
    """The platform's addresses, each answered by the library."""
    app = Flask("openlearning")
    add_protocol(app, place)
    add_services(app, place)
    return app


def add_protocol(app: Flask, place: OpenLearning) -> None:
    """What browsers come to, and keys and tokens."""

    @app.get("/auth")
    def auth() -> str:
        return str(Launch(Asked(request), place).lti_launch())

    @app.get("/jwks")
    def jwks() -> Any:
        return place.configuration().get_jwks()

    @app.post("/token")
    def token() -> Any:
        return place.configuration().get_access_token(request.form.to_dict())

    @app.post("/picked")
    def picked() -> str:
        place.picked = place.configuration().validate_deeplinking_resp(request.form.to_dict())
        place.echoed = place.configuration().tool_validate_and_decode(request.form["JWT"])[DL_CLAIM + "data"]
        return "<body data-page='picked'>"


def add_services(app: Flask, place: OpenLearning) -> None:
    """Grades and roster."""

    @app.get("/lineitems")
    def lineitems() -> Response:
        grades = Grades(Asked(request), place)
        return answer(grades.handle_resp(grades.handle_get_lineitems), listed=True)

    @app.post("/lineitems")
    def create() -> Response:
        grades = Grades(Asked(request), place)
        return answer(grades.handle_resp(grades.handle_create_lineitem))

    @app.post("/lineitems/<id>/scores")
    def scores(id: str) -> Response:
        grades = Grades(Asked(request), place)
        return answer(grades.handle_resp(grades.handle_update_score, line_item_id=id))

    @app.get("/lineitems/<id>/results")
    def results(id: str) -> Response:
        grades = Grades(Asked(request), place)
        return answer(grades.handle_resp(grades.handle_get_results, line_item_id=id), listed=True)

    @app.get("/memberships")
    def memberships() -> Response:
        roster = Roster(Asked(request), place)
        # The library says that this method belongs to its grades service.
        members = cast("Any", roster).handle_get_members
        return answer(roster.handle_resp(members))


def answer(decided: Decided, *, listed: bool = False) -> Response:
    """What the library has decided, on the wire; the address of a next page goes into a `Link` header."""
    result = decided.result if decided.result is not None else {}
    following = result.pop("next", None)
    response = make_response(json.dumps(result["content"] if listed else result), decided.code)
    response.headers["Content-Type"] = decided.media_type
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response
