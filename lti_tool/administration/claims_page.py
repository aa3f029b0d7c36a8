"""The claims page: what the platform really sends, checked one by one. Stores nothing: the page carries it all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for

from lti_tool.administration.sessions import AdminSessions
from lti_tool.errors import Refused
from lti_tool.launches.sessions import LaunchSession
from lti_tool.lti.claims import CLAIM
from lti_tool.lti.claims_check import Feature, State, check_claims, claims_of
from lti_tool.lti.roles import Role
from lti_tool.web.doors import Door, open_doors
from lti_tool.web.seal import SealBroken, Sealer
from lti_tool.web.texts import load_texts

TEST_PARAMETER = "traam_test"
SEALED_SECONDS = 3600


class ClaimsPage:
    """Shows administrators the claims of their own launch; and puts the doors to our pages into theirs."""

    def __init__(self, sessions: AdminSessions, *, secret: str) -> None:
        self._sessions = sessions
        self._sealer = Sealer(secret, purpose="admin-claims", seconds=SEALED_SECONDS)

    def greet(self, session: LaunchSession) -> str | None:
        """For an administrator, open doors in the page to come; or, for a test launch, be that page.

        A test launch carries the custom parameter `traam_test=1`.
        """
        if Role.ADMINISTRATOR not in session.roles:
            return None
        doors = []
        if self._sessions.lets_in(session.registration_id):
            code = self._sessions.make_code(session.registration_id)
            doors.append(Door("Administration", url_for("administration.take_code"), {"code": code}))
        claims = _claims_of_this_launch()
        if claims is not None:
            custom = claims.get(CLAIM + "custom") or {}
            if str(custom.get(TEST_PARAMETER)) == "1":
                open_doors(doors)
                return self._show(claims)
            sealed = self._sealer.seal(claims)
            doors.append(Door("Vérifier cette connexion", url_for("administration.check"), {"claims": sealed}))
        open_doors(doors)
        return None

    def add_to(self, views: Blueprint) -> None:
        """`/admin/check`: needs no session, since it shows nothing but what it is given, signed by us."""

        @views.post("/check")
        def check() -> str:
            try:
                claims = self._sealer.open(request.form.get("claims", ""))
            except SealBroken:
                raise Refused("claims-over") from None
            return self._show(claims)

    def _show(self, claims: Mapping[str, Any]) -> str:
        checks = check_claims(claims)
        groups = [(feature, [check for check in checks if check.feature is feature]) for feature in Feature]
        return render_template(
            "administration/claims.html",
            groups=groups,
            possible={feature: all(check.state is State.OK for check in found) for feature, found in groups},
            texts=load_texts(),
            everything=json.dumps(claims, ensure_ascii=False, indent=2),
        )


def _claims_of_this_launch() -> dict[str, Any] | None:
    """The claims of the launch that is being answered: a session exists, so its token has been verified."""
    token = request.form.get("id_token") if request.endpoint == "launches.launch" else None
    return claims_of(token) if token else None
