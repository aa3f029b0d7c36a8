"""The score and result services (AGS 2.0 §3.3, §3.4), at addresses shaped like Moodle's."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request

from lti_tool.demo_lms.claims import SCOPE_RESULT, SCOPE_SCORE
from lti_tool.demo_lms.config import DemoConfig
from lti_tool.demo_lms.errors import PageNotFound
from lti_tool.demo_lms.gate import enter, json_response
from lti_tool.demo_lms.gradebook import find_item, iso
from lti_tool.demo_lms.line_item_service import COLUMN
from lti_tool.demo_lms.lms import DemoLMS
from lti_tool.demo_lms.store import Grade, LineItem

SCORE: Final = "application/vnd.ims.lis.v1.score+json"
RESULTS: Final = "application/vnd.ims.lis.v2.resultcontainer+json"


def score_blueprint(lms: DemoLMS) -> Blueprint:
    """Scores in, results out."""
    services = Blueprint("scores", __name__)

    @services.post(COLUMN + "/scores")
    def scores(course: str, item_id: int) -> Response:
        enter(lms, SCORE, course, SCOPE_SCORE)
        lms.receive_score(item_id, request.get_data())
        return Response(status=200, content_type=SCORE)

    @services.get(COLUMN + "/results")
    def results(course: str, item_id: int) -> Response:
        enter(lms, RESULTS, course, SCOPE_RESULT)
        if "limit" in request.args:
            raise PageNotFound
        item, wanted = find_item(lms.store, item_id), request.args.get("user_id")
        if wanted is None:
            chosen = [grade for grade in lms.store.grades() if grade.line_item_id == item_id]
        else:
            chosen = [grade] if (grade := lms.store.grade(item_id, wanted)) else []
        return json_response([_result_json(lms.config, item, grade) for grade in chosen], RESULTS)

    return services


def _result_json(config: DemoConfig, item: LineItem, grade: Grade) -> dict[str, Any]:
    """A result (AGS 2.0 §3.3.4); without ``resultScore`` when the grade was erased."""
    shown: dict[str, Any] = {
        "id": f"{config.lineitem_url(item.id, '/results')}&user_id={grade.user_id}",
        "userId": grade.user_id,
        "resultMaximum": item.maximum,
        "scoreOf": config.lineitem_url(item.id),
        "timestamp": iso(grade.modified),
    }
    if grade.score is not None:
        shown["resultScore"] = grade.score
    if grade.comment:
        shown["comment"] = grade.comment
    return shown
