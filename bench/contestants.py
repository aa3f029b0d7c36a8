"""What is measured: a server that answers launches, and takes work that becomes a grade."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from bench.fake_platform import Platform
from bench.load import Answer, Talk, request
from bench.servers import Server

FRAME = {
    "Accept": "text/html,application/xhtml+xml",
    "Accept-Encoding": "gzip, deflate, br",
    "Accept-Language": "fr",
    "Origin": "null",
    "Sec-Fetch-Dest": "iframe",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "cross-site",
    "User-Agent": "Mozilla/5.0 (benchmark)",
}
"""What a browser says of itself when a page of the platform posts into its frame."""


class NotHere(RuntimeError):
    """What a contestant needs is not on this machine; the message says what."""


class WrongAnswer(RuntimeError):
    """A server did not do its job: what is measured would mean nothing."""


@dataclass(frozen=True, slots=True)
class Login:
    """A login that was answered: what the launch has to bring back. Without a login, all of it is empty."""

    pupil: int
    state: str = ""
    nonce: str = ""
    cookies: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The page that a launch ended with, and the cookies of its reader."""

    pupil: int
    body: bytes
    """As it came, perhaps in gzip."""
    cookies: str

    @property
    def html(self) -> str:
        """The page as it is read."""
        return (gzip.decompress(self.body) if self.body.startswith(b"\x1f\x8b") else self.body).decode()


class Contestant(Protocol):
    """A server under test and how to speak to it. Every talk raises `WrongAnswer` for an answer that is none."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def server(self) -> Server:
        """Its processes."""
        ...

    @property
    def platform(self) -> Platform:
        """Who launches it."""
        ...

    @property
    def has_login(self) -> bool:
        """Whether a login comes before the launch."""
        ...

    def login(self, pupil: int) -> Talk[Login]:
        """From the platform's login initiation to the redirection back to the platform."""
        ...

    def launch(self, login: Login, token: str) -> Talk[Page]:
        """From the post of the token to the answer of the page."""
        ...


class Grading(Contestant, Protocol):
    """A contestant that also publishes grades."""

    def submit(self, page: Page) -> Talk[int]:
        """From the post of the pupil's work to its answer; gives the pupil. The request is made at once."""
        ...


def expect(answer: Answer, status: int) -> Answer:
    """The answer, if it has the status."""
    if answer.status != status:
        raise WrongAnswer(f"{answer.head.decode('latin-1')}\n\n{answer.body[:2000]!r}")
    return answer


def read_redirection(pupil: int, answer: Answer) -> Login:
    """What the answer to a login sends along to the platform."""
    query = parse_qs(urlsplit(expect(answer, 302).values("Location")[0]).query)
    return Login(pupil, query["state"][0], query["nonce"][0], answer.cookies)


def post_login(platform: Platform, host: str, path: str, pupil: int) -> Talk[Login]:
    """A login as Moodle starts it: a form that the browser posts."""
    return read_redirection(pupil, (yield request("POST", path, host=host, headers=FRAME, form=platform.login(pupil))))
