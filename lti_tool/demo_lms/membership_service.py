"""The Names and Role Provisioning Service (NRPS 2.0 §2): ids and short roles, names where the course tells them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from lti_tool.demo_lms.claims import ROLES, SCOPE_MEMBERS
from lti_tool.demo_lms.config import COURSE_ID, COURSE_LABEL, COURSE_TITLE
from lti_tool.demo_lms.gate import json_response, require_course, require_token, require_type
from lti_tool.demo_lms.lms import DemoLMS
from lti_tool.demo_lms.paging import page_of

MEMBERS: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def membership_service_blueprint(lms: DemoLMS) -> Blueprint:
    """The membership service of the course."""
    services = Blueprint("membership_service", __name__)

    @services.get("/services/CourseSection/<course>/bindings/<type_id>/memberships")
    def memberships(course: str, type_id: str) -> Response:
        require_type(MEMBERS)
        require_token(lms, SCOPE_MEMBERS)
        require_course(lms, course, type_id)
        role = request.args.get("role", "").rpartition("#")[2]
        members = [
            {"status": "Active", "roles": [ROLES[user.role]], "user_id": user.id}
            | ({"name": user.name} if lms.config.tells_names else {})
            for user in lms.config.users
            if role in {"", ROLES[user.role]}
        ]
        chosen, link = page_of(members, lms.config.memberships_url, relation='"next"')
        context = {"id": COURSE_ID, "label": COURSE_LABEL, "title": COURSE_TITLE}
        container = {"id": lms.config.memberships_url, "context": context, "members": chosen}
        response = json_response(container, MEMBERS)
        if link:
            response.headers["Link"] = link
        return response

    return services
