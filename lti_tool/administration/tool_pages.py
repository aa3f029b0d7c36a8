"""What concerns the whole tool: invitations, keys, health, and the values to copy by hand."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.administration.access import Access
from lti_tool.administration.health import Health
from lti_tool.administration.values import values_to_copy
from lti_tool.platforms.academies import ACADEMIES
from lti_tool.platforms.service import Platforms
from lti_tool.platforms.zones import DEFAULT_ZONE, zones
from lti_tool.settings import Settings
from lti_tool.web.texts import load_texts


def add_tool_pages(views: Blueprint, platforms: Platforms, health: Health, access: Access, settings: Settings) -> None:
    """`/admin/invitations`, `/admin/keys`, `/admin/health`: the operator's; `/admin/values`: every administrator's."""

    @views.get("/invitations")
    def invitations() -> str:
        return _invitations(None)

    @views.post("/invitations")
    def invite() -> str:
        access.operator()
        form = request.form
        token = platforms.invitations.make(
            form.get("name", ""),
            academie=form.get("academie") or None,
            time_zone=form.get("time_zone") or DEFAULT_ZONE,
        )
        # Shown once, on this very page: what is kept cannot be shown again.
        return _invitations(f"{settings.base_url}/lti/register/{token}")

    def _invitations(link: str | None) -> str:
        return render_template(
            "administration/invitations.html",
            session=access.operator(),
            invitations=platforms.invitations.all(),
            now=platforms.now(),
            link=link,
            zones=zones(),
            academies=ACADEMIES,
        )

    @views.post("/invitations/<int:invitation>/revoke")
    def revoke(invitation: int) -> ResponseReturnValue:
        access.operator()
        platforms.invitations.revoke(invitation)
        return redirect(url_for("administration.invitations"), 303)

    @views.get("/keys")
    def keys() -> str:
        session = access.operator()
        return render_template("administration/keys.html", session=session, keys=platforms.keys.states())

    @views.post("/keys")
    def rotate() -> ResponseReturnValue:
        access.operator()
        platforms.keys.rotate(at_once="at_once" in request.form)
        return redirect(url_for("administration.keys"), 303)

    @views.get("/health", endpoint="health")
    def show_health() -> str:
        session = access.operator()
        texts = load_texts()
        findings = [(finding, texts[finding.id].fill(finding.params)) for finding in health.examine()]
        return render_template("administration/health.html", session=session, findings=findings)

    @views.get("/values")
    def values() -> str:
        session = access.session()
        groups = values_to_copy(settings, public_key=platforms.signing_key().public_pem())
        return render_template("administration/values.html", session=session, groups=groups)
