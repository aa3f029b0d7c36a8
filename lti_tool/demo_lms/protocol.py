"""The endpoints of the launch and of tokens: ``/auth``, ``/certs``, ``/token``."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, request
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
            answer = lms.tokens.issue(lms.config, request.form, now=lms.clock())
        except TokenRefused as refusal:
            return jsonify(error=refusal.error), 400
        return jsonify(answer)

    return pages
