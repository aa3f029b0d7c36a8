"""What a teacher does to the course: choose activities in the tool, duplicate one, copy it all."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.demo_lms.deep_linking import AnswerRefused
from lti_tool.demo_lms.errors import PageNotFound
from lti_tool.demo_lms.lms import DemoLMS


def course_blueprint(lms: DemoLMS) -> Blueprint:
    """The pages of the teacher."""
    pages = Blueprint("course", __name__)

    @pages.get("/deep-linking")
    def pick() -> ResponseReturnValue:
        return render_template("pick.html", page="picking", user=teacher(request.args.get("user", "")))

    @pages.get("/deep-linking/launch")
    def launch() -> ResponseReturnValue:
        fields = lms.start_picking(teacher(request.args.get("user", "")))
        return render_template("post.html", page="login", action=lms.config.tool_login_url, fields=fields)

    @pages.post("/deep-linking/return")
    def back() -> ResponseReturnValue:
        try:
            added = lms.receive_answer(request.form.get("JWT", ""), sesskey=request.args.get("sesskey", ""))
        except AnswerRefused:
            return render_template("picked.html", page="picked", added=None), 400
        return render_template("picked.html", page="picked", added=added)

    @pages.post("/activities/<key>/duplicate")
    def duplicate(key: str) -> ResponseReturnValue:
        lms.duplicate(key)
        return redirect(url_for("pages.home"), 303)

    @pages.post("/copy")
    def copy() -> ResponseReturnValue:
        lms.copy_course()
        return redirect(url_for("pages.home"), 303)

    def teacher(user_id: str) -> str:
        user = lms.config.user(user_id)
        if user is None or user.role != "teacher":
            raise PageNotFound
        return user.id

    return pages
