"""What the lines of the log say of the grade that they are about."""

from __future__ import annotations

import logging

from lti_tool.gradebook import posting
from lti_tool.web.tracing import Traced, traced
from tests.lti_tool.gradebook.school import School


class Listener(logging.Handler):
    """Notes what is traced when a line is written, in whichever thread."""

    def __init__(self) -> None:
        super().__init__()
        self.traced: list[dict[str, Traced]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.traced.append({"level": record.levelname, **traced()})


def test_a_refusal_is_logged_with_the_numbers_of_the_grade_and_the_platform(school: School) -> None:
    listener = Listener()
    posting.log.addHandler(listener)
    try:
        school.lms.answers = [400]
        school.record(7)
        school.deliver()
    finally:
        posting.log.removeHandler(listener)
    assert listener.traced == [{"level": "WARNING", "registration": 1, "delivery": 1}]
