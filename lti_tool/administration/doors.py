"""How an administrator comes in, and goes out."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from lti_tool.administration.access import Access
from lti_tool.administration.sessions import AdminSessions


def add_doors(views: Blueprint, sessions: AdminSessions, access: Access) -> None:
    """`/admin/sign-in/…`, `/admin/enter`, `/admin/sign-out`."""

    @views.get("/sign-in/<token>")
    def sign_in(token: str) -> str:
        # One more click, so that whoever looks at the link before (a mail filter, a preview) does not use it up.
        return render_template("administration/sign_in.html", token=token)

    @views.post("/sign-in/<token>")
    def take_link(token: str) -> Response:
        return _welcome(sessions.take_link(token))

    @views.post("/enter")
    def take_code() -> Response:
        return _welcome(sessions.take_code(request.form.get("code", "")))

    @views.post("/sign-out")
    def sign_out() -> Response:
        sessions.end(access.session())
        response = make_response(render_template("administration/signed_out.html"))
        access.forget(response)
        return response

    def _welcome(secret: str) -> Response:
        response = make_response(redirect(url_for("administration.platforms"), 303))
        access.keep(response, secret)
        return response
