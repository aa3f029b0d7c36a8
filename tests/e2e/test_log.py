"""What is left of a visit in the log of the server."""

from __future__ import annotations

import re

from lti_tool.demo_lms import DemoUser
from tests.support.school import School, hand_in
from tests.support.servers import wait_until


def test_the_log_of_a_visit_holds_no_session_id_no_token_and_no_query_string(
    running_school: School, pupil: DemoUser
) -> None:
    browser = running_school.open(pupil.id)
    action = browser.page.forms[0].action
    hand_in(browser, 3)
    browser.open("/s/an-old-session-id/?lti_errormsg=secret")
    wait_until(lambda: running_school.grade(pupil.id) == "3 / 8", what="the grade")
    log = running_school.tool.log.read_text(encoding="utf-8")
    assert "POST /s/…/" in log
    session_id = action.split("/")[2]
    assert len(session_id) > 20
    assert session_id not in log
    assert re.findall(r"eyJ|\?|an-old-session-id|client_id|login_hint", log) == []
