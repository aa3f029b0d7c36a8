"""A pupil in a thread of its own, for tests in which the server dies under it."""

from __future__ import annotations

import threading

from tests.support.form_browser import FormBrowser, NoAnswer
from tests.support.school import hand_in


class Pupil(threading.Thread):
    """A pupil who presses « Terminer », and knows afterwards whether the tool has said that it is done."""

    def __init__(self, browser: FormBrowser, right: int) -> None:
        super().__init__()
        self.browser = browser
        self.right = right
        self.was_told = False

    def run(self) -> None:
        """Press; the server may die meanwhile."""
        try:
            hand_in(self.browser, self.right)
        except NoAnswer:
            return
        self.was_told = self.browser.page.name == "result"
