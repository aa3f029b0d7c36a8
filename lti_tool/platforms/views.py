"""The page on which a platform registers the tool. It opens in a frame of another site: it needs no cookie."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request, url_for

from lti_tool.lti.registration import origin_of
from lti_tool.lti.registration_document import AGS, DEEP_LINKING, NRPS, asked_messages, asked_scopes
from lti_tool.platforms.registering import Registering
from lti_tool.platforms.service import Platforms
from lti_tool.web.dates import day, moment
from lti_tool.web.limits import Limiter
from lti_tool.web.security import ANYONE

OPENINGS_A_MINUTE = 20


def registration_views(platforms: Platforms, registering: Registering) -> Blueprint:
    """`/lti/register/<invitation>`."""
    views = Blueprint("registration", __name__, template_folder="templates")
    views.add_app_template_filter(day, "day")
    views.add_app_template_filter(moment, "moment")
    # Each opening makes us call an address that the visitor names.
    limiter = Limiter(per_minute=OPENINGS_A_MINUTE)

    @views.get("/lti/register/<invitation>")
    def ask(invitation: str) -> str:
        g.frame_ancestors = ANYONE
        invited = platforms.invitations.find(invitation)
        limiter.check(invited.id)
        url = request.args.get("openid_configuration")
        if not url:
            g.frame_ancestors = None
            link = url_for("registration.ask", invitation=invitation, _external=True)
            return render_template("registration/paste.html", invitation=invited, link=link)
        asked = registering.read(url, request.args.get("registration_token"))
        g.frame_ancestors = asked.origin
        configuration = registering.configuration(asked)
        return render_template(
            "registration/confirm.html",
            invitation=invited,
            configuration=configuration,
            grades=any(scope.startswith(AGS) for scope in asked_scopes(configuration)),
            roster=NRPS in asked_scopes(configuration),
            choosing=DEEP_LINKING in asked_messages(configuration),
            with_names=registering.with_names,
            known=[known.name for known, _ in platforms.all() if known.issuer == configuration.issuer],
            sealed=registering.seal(invited, asked),
        )

    @views.post("/lti/register/<invitation>")
    def confirm(invitation: str) -> str:
        g.frame_ancestors = ANYONE
        invited = platforms.invitations.find(invitation)
        limiter.check(invited.id)
        asked = registering.unseal(invited, request.form.get("asked", ""))
        g.frame_ancestors = asked.origin
        registered = registering.register(invited, asked)
        return render_template(
            "registration/done.html",
            invitation=invited,
            configuration=registered.configuration,
            origin=origin_of(registered.configuration.issuer),
        )

    return views
