"""The line item service (AGS 2.0 §3.2), at addresses shaped like Moodle's."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, Final

from flask import Blueprint, Response, request

from lti_tool.demo_lms.bodies import json_object
from lti_tool.demo_lms.claims import SCOPE_LINEITEM, SCOPE_LINEITEM_READ
from lti_tool.demo_lms.config import DemoConfig
from lti_tool.demo_lms.errors import ServiceRefused
from lti_tool.demo_lms.gate import enter, json_response
from lti_tool.demo_lms.gradebook import change_item, find_item
from lti_tool.demo_lms.lms import DemoLMS
from lti_tool.demo_lms.paging import page_of
from lti_tool.demo_lms.store import LineItem

LINEITEM: Final = "application/vnd.ims.lis.v2.lineitem+json"
LINEITEMS: Final = "application/vnd.ims.lis.v2.lineitemcontainer+json"

COLUMNS: Final = "/services/<course>/lineitems"
COLUMN: Final = "/services/<course>/lineitems/<int:item_id>/lineitem"


def line_item_blueprint(lms: DemoLMS) -> Blueprint:
    """The line items of the course."""
    services = Blueprint("line_items", __name__)

    @services.get(COLUMNS)
    def list_line_items(course: str) -> Response:
        enter(lms, LINEITEMS, course, SCOPE_LINEITEM, SCOPE_LINEITEM_READ)
        found = [item for item in lms.line_items() if _is_asked_for(item)]
        chosen, link = page_of(found, lms.config.lineitems_url, relation="“next”")
        response = json_response([line_item_json(lms.config, item) for item in chosen], LINEITEMS)
        if link:
            response.headers["Link"] = link
        return response

    @services.post(COLUMNS)
    def create_line_item(course: str) -> Response:
        enter(lms, LINEITEM, course, SCOPE_LINEITEM)
        body = _line_item_body()
        link_id = str(body["resourceLinkId"]) if body.get("resourceLinkId") else None
        if link_id is not None and lms.config.activity(link_id) is None:
            raise ServiceRefused(403, "Forbidden: the resource link is not in this course")
        item_id = lms.store.add_line_item(
            label=str(body["label"]),
            maximum=float(body["scoreMaximum"]),
            link_id=link_id,
            resource_id=str(body.get("resourceId") or ""),
            tag=str(body.get("tag") or ""),
            coupled=False,
        )
        return json_response(line_item_json(lms.config, find_item(lms.store, item_id)), LINEITEM, status=201)

    @services.get(COLUMN)
    def read_line_item(course: str, item_id: int) -> Response:
        enter(lms, LINEITEM, course, SCOPE_LINEITEM, SCOPE_LINEITEM_READ)
        return json_response(line_item_json(lms.config, find_item(lms.store, item_id)), LINEITEM)

    @services.put(COLUMN)
    def update_line_item(course: str, item_id: int) -> Response:
        enter(lms, LINEITEM, course, SCOPE_LINEITEM)
        body = _line_item_body()
        with lms.store.transaction():
            was = find_item(lms.store, item_id)
            item = dataclasses.replace(
                was,
                label=str(body["label"]),
                maximum=float(body["scoreMaximum"]),
                resource_id=str(body.get("resourceId") or ""),
                tag=str(body.get("tag") or ""),
            )
            change_item(lms.store, item, was=was, now=lms.now())
        return json_response(line_item_json(lms.config, item), LINEITEM)

    @services.delete(COLUMN)
    def delete_line_item(course: str, item_id: int) -> Response:
        enter(lms, None, course, SCOPE_LINEITEM)
        find_item(lms.store, item_id)
        lms.store.remove_line_item(item_id)
        return Response(status=204)

    return services


def line_item_json(config: DemoConfig, item: LineItem) -> dict[str, Any]:
    """A line item as the service shows it (AGS 2.0 §3.2.4)."""
    shown: dict[str, Any] = {
        "id": config.lineitem_url(item.id),
        "label": item.label,
        "scoreMaximum": item.maximum,
        "resourceId": item.resource_id,
        "tag": item.tag,
    }
    if item.link_id is not None:
        shown |= {"resourceLinkId": item.link_id, "ltiLinkId": item.link_id}
    return shown


def _line_item_body() -> dict[str, Any]:
    body = json_object(request.get_data())
    if body is None or not body.get("label"):
        raise ServiceRefused(400, "Missing label or Score Maximum")
    maximum = body.get("scoreMaximum")
    if isinstance(maximum, bool) or not isinstance(maximum, int | float) or not 0 < maximum < math.inf:
        raise ServiceRefused(400, "Missing label or Score Maximum")
    return body


def _is_asked_for(item: LineItem) -> bool:
    asked = request.args
    return (
        asked.get("resource_link_id", item.link_id) == item.link_id
        and asked.get("resource_id", item.resource_id) == item.resource_id
        and asked.get("tag", item.tag) == item.tag
    )
