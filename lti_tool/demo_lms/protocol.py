"""The endpoints of the launch and of tokens: ``/auth``, ``/certs``, ``/token``."""

from __future__ import annotations

import json

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.demo_lms.errors import AuthRefused, TokenRefused
from lti_tool.demo_lms.lms import DemoLMS
from lti_tool.demo_lms.oidc import returned_state


def protocol_blueprint(lms: DemoLMS) -> Blueprint:
    """The protocol of this LMS."""
    pages = Blueprint("protocol", __name__)

    @pages.route("/auth", methods=["GET", "POST"])
    def auth() -> ResponseReturnValue:
        try:
            fields = lms.answer_auth(request.values)
        except AuthRefused as refusal:
            fields = {"error": refusal.error}
            if refusal.description:
                fields["error_description"] = refusal.description
        fields["state"] = returned_state(request.values)
        return render_template("post.html", page="authentication", action=lms.config.tool_launch_url, fields=fields)

    @pages.get("/certs")
    def certs() -> ResponseReturnValue:
        return jsonify(lms.keyset)

    @pages.post("/token")
    def token() -> ResponseReturnValue:
        try:
            answer, status = lms.tokens.issue(lms.config, request.form, now=lms.clock()), 200
        except TokenRefused as refusal:
            answer, status = {"error": refusal.error}, 400
        # Moodle does not say that it is JSON.
        return Response(json.dumps(answer), status, content_type="text/html; charset=utf-8")

    return pages
