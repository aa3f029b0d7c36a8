"""« Gérer les outils »: where an administrator of the demo LMS has a tool registered, and activates it."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.demo_lms.errors import RegistrationRefused
from lti_tool.demo_lms.lms import DemoLMS
from lti_tool.demo_lms.registration import openid_configuration


def tools_blueprint(lms: DemoLMS) -> Blueprint:
    """The list of tools, the page with the tool's frame, and the two addresses that the tool calls."""
    pages = Blueprint("tools", __name__)

    @pages.get("/tools")
    def tools() -> ResponseReturnValue:
        return render_template("tools.html", page="tools", tools=lms.registrations.tools)

    @pages.get("/tools/register")
    def register() -> ResponseReturnValue:
        url = request.args.get("url", "").strip()
        # The policy of the page lets one tool into frames.
        if not url.startswith(f"{lms.config.tool_url}/"):
            return redirect(url_for("tools.tools"), 303)
        sent = {
            "openid_configuration": f"{lms.config.base_url}/openid-configuration",
            "registration_token": lms.registrations.begin(now=lms.clock()),
        }
        joint = "&" if urlsplit(url).query else "?"
        return render_template("register.html", page="register", address=f"{url}{joint}{urlencode(sent)}")

    @pages.post("/tools/<client_id>/activate")
    def activate(client_id: str) -> ResponseReturnValue:
        lms.activate_tool(client_id)
        return redirect(url_for("tools.tools"), 303)

    @pages.get("/openid-configuration")
    def configuration() -> ResponseReturnValue:
        return jsonify(openid_configuration(lms.config))

    @pages.post("/openid-registration")
    def registration() -> ResponseReturnValue:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer":
            raise RegistrationRefused(401, "missing_registration_token")
        return jsonify(lms.registrations.register(token, request.get_json(silent=True), now=lms.clock()))

    @pages.app_errorhandler(RegistrationRefused)
    def refused(refusal: RegistrationRefused) -> Response:
        return Response(refusal.error, status=refusal.code, mimetype="text/plain")

    return pages
