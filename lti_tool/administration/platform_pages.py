"""The platforms and their deployments: what the operator may change, and what their own administrators may."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.administration.access import Access
from lti_tool.errors import Invalid
from lti_tool.platforms.academies import ACADEMIES
from lti_tool.platforms.deployments import DeploymentState
from lti_tool.platforms.service import Platforms
from lti_tool.platforms.zones import zones

DECISIONS = {"accept": DeploymentState.ACCEPTED, "refuse": DeploymentState.REFUSED}


def add_platform_pages(views: Blueprint, platforms: Platforms, access: Access) -> None:
    """`/admin/platforms…`."""

    @views.get("/", endpoint="home")
    def home() -> ResponseReturnValue:
        return redirect(url_for("administration.platforms"), 303)

    @views.get("/platforms", endpoint="platforms")
    def list_platforms() -> str:
        session = access.session()
        records = [record for record in platforms.records.all() if session.registration_id in {None, record.id}]
        return render_template(
            "administration/platforms.html",
            session=session,
            records=records,
            waiting=platforms.deployments.waiting(),
        )

    @views.get("/platforms/<int:registration_id>")
    def platform(registration_id: int) -> str:
        session = access.over(registration_id)
        return render_template(
            "administration/platform.html",
            session=session,
            record=platforms.records.one(registration_id),
            deployments=platforms.deployments.of(registration_id),
            zones=zones(),
            academies=ACADEMIES,
            saved="saved" in request.args,
        )

    @views.post("/platforms/<int:registration_id>")
    def describe(registration_id: int) -> ResponseReturnValue:
        access.over(registration_id)
        form = request.form
        platforms.records.describe(registration_id, name=form.get("name", ""), time_zone=form.get("time_zone", ""))
        return _saved(registration_id)

    @views.post("/platforms/<int:registration_id>/rights")
    def permit(registration_id: int) -> ResponseReturnValue:
        access.operator()
        form = request.form
        platforms.records.permit(
            registration_id,
            active="active" in form,
            admin_launch="admin_launch" in form,
            academie=form.get("academie") or None,
        )
        return _saved(registration_id)

    @views.post("/platforms/<int:registration_id>/deployments/<int:deployment>")
    def decide(registration_id: int, deployment: int) -> ResponseReturnValue:
        access.over(registration_id)
        state = DECISIONS.get(request.form.get("action", ""))
        if state is None:
            raise Invalid("request-malformed")
        platforms.deployments.decide(registration_id, deployment, state)
        return redirect(url_for("administration.platform", registration_id=registration_id), 303)


def _saved(registration_id: int) -> ResponseReturnValue:
    return redirect(url_for("administration.platform", registration_id=registration_id, saved=1), 303)
