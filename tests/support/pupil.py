"""A pupil in front of the exercise of `tests.support.exercise`, in a real browser."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

from lti_tool.demo_lms import DemoUser
from tests.support.exercise import TITLE, answers
from tests.support.school import School

PUPILS = [DemoUser(str(number), f"Élève {number}", "pupil") for number in range(100, 200)]
"""As many as there are tests, so that each may be somebody whom no other test has been."""

Desk = FrameLocator | Page
"""Where the exercise is: in the frame of the LMS, or in a tab of its own."""


def open_in_the_course(page: Page, place: School, pupil: DemoUser, activity: str = "1") -> FrameLocator:
    """Click the activity in the course, as the LMS shows it: in a frame."""
    page.goto(place.lms.config.base_url)
    page.get_by_role("button", name=pupil.opens_as, exact=True).nth(int(activity) - 1).click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name=TITLE)).to_be_visible()
    return frame


def fill(desk: Desk, right: int) -> None:
    """Know the first `right` words."""
    for blank, answer in zip(desk.get_by_role("textbox").all(), answers(right), strict=True):
        blank.fill(answer)


def fill_and_wait(desk: Desk, right: int) -> None:
    """Fill in, until everything that is typed is saved."""
    fill(desk, right)
    expect(desk.get_by_text("Enregistré", exact=True)).to_be_visible()


def texts(desk: Desk) -> list[str]:
    """What stands in the blanks."""
    return [blank.input_value() for blank in desk.get_by_role("textbox").all()]


def hand_in(desk: Desk) -> None:
    """Press « Terminer », and wait until the grade has left."""
    desk.get_by_role("button", name="Terminer").click()
    expect(desk.get_by_text("Note transmise")).to_be_visible()
