"""What people see: the course, an activity in its frame, the gradebook."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.demo_lms.claims import CONTAINERS, Target
from lti_tool.demo_lms.config import COURSE_TITLE, DemoActivity, DemoUser
from lti_tool.demo_lms.errors import PageNotFound
from lti_tool.demo_lms.gradebook import EMPTY, points
from lti_tool.demo_lms.lms import DemoLMS


def pages_blueprint(lms: DemoLMS) -> Blueprint:
    """The pages of this LMS."""
    pages = Blueprint("pages", __name__)
    pages.add_app_template_filter(points, "points")
    pages.add_app_template_filter(received, "received")

    @pages.app_context_processor
    def shared() -> dict[str, Any]:
        return {"course": COURSE_TITLE, "empty": EMPTY}

    @pages.get("/")
    def home() -> ResponseReturnValue:
        return render_template("home.html", page="course", config=lms.config)

    @pages.get("/activities/<key>/view")
    def view(key: str) -> ResponseReturnValue:
        activity, user = chosen(lms, key)
        if is_hand_held(request.user_agent.string):
            # Moodle gives phones and tablets no frame: the tool takes the place of the course.
            return redirect(url_for("pages.launch", key=key, user=user.id, target="frame"), 303)
        return render_template("view.html", page="activity", activity=activity, user=user)

    @pages.get("/activities/<key>/launch")
    def launch(key: str) -> ResponseReturnValue:
        activity, user = chosen(lms, key)
        fields = lms.start_login(user.id, activity.key, target=target_of(request.args.get("target")))
        return render_template("post.html", page="login", action=lms.config.tool_login_url, fields=fields)

    @pages.get("/activities/<key>/review")
    def review(key: str) -> ResponseReturnValue:
        """What the link beside a grade leads to: the teacher's way to the work, or a pupil's to their own."""
        activity, user = chosen(lms, key)
        fields = lms.start_review(user.id, activity.key, of=request.args.get("of", ""))
        return render_template("post.html", page="login", action=lms.config.tool_login_url, fields=fields)

    @pages.get("/gradebook")
    def gradebook() -> ResponseReturnValue:
        return render_template("gradebook.html", page="gradebook", book=lms.gradebook(), teacher=lms.config.teacher)

    @pages.get("/gradebook.json")
    def gradebook_json() -> ResponseReturnValue:
        return jsonify(lms.gradebook())

    @pages.get("/return")
    def back() -> ResponseReturnValue:
        message = request.args.get("lti_errormsg") or request.args.get("lti_msg") or ""
        return render_template("return.html", page="return", message=message)

    return pages


def chosen(lms: DemoLMS, key: str) -> tuple[DemoActivity, DemoUser]:
    """The activity of that key, and the person whom the request names. Raises `PageNotFound`."""
    activity, user = lms.config.activity(key), lms.config.user(request.args.get("user", ""))
    if activity is None or user is None:
        raise PageNotFound
    return activity, user


def target_of(asked: str | None) -> Target:
    """Where the activity is to open: as asked, else in a frame of the course."""
    return next((target for target in CONTAINERS if target == asked), "iframe")


def is_hand_held(user_agent: str) -> bool:
    """Whether the browser says that it is a phone's or a tablet's."""
    return any(word in user_agent for word in ("Mobi", "Android", "iPad"))


def received(timestamp: str) -> str:
    """A moment in the time zone of this machine, short and in French."""
    return f"{datetime.fromisoformat(timestamp).astimezone():%d/%m à %H:%M}"
