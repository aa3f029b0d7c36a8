"""A small LMS to try the tool without one: an LTI 1.3 *platform* that behaves as Moodle does.

One course, one teacher, three pupils, a gradebook. `make run` shows it to a newcomer; the tests use it as their LMS.

    lms = DemoLMS(DemoConfig(tool_url="http://localhost:8000", activities=(DemoActivity("1", "Le plan", points=8),)))
    with serve(lms) as server:
        requests.get(f"{server.url}/gradebook.json")

It imports nothing else of the project. Moodle's ways that it imitates are told in `docs/operate/moodle.md`.
"""

from lti_tool.demo_lms.app import create_demo_app
from lti_tool.demo_lms.config import PUPILS, TEACHER, DemoActivity, DemoConfig, DemoUser
from lti_tool.demo_lms.keys import PlatformKey
from lti_tool.demo_lms.lms import DemoLMS
from lti_tool.demo_lms.scores import Fault, ScorePost
from lti_tool.demo_lms.server import RunningLMS, serve

__all__ = [
    "PUPILS",
    "TEACHER",
    "DemoActivity",
    "DemoConfig",
    "DemoLMS",
    "DemoUser",
    "Fault",
    "PlatformKey",
    "RunningLMS",
    "ScorePost",
    "create_demo_app",
    "serve",
]
