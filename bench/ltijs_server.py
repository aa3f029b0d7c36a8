"""ltijs, the most used LTI 1.3 library of Node.js, doing the tool's job on PostgreSQL (`bench/ltijs/server.js`).

A dependency of the benchmarks alone: npm installs it when they run, from `bench/ltijs/package-lock.json`.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url

from bench.contestants import FRAME, Login, NotHere, Page, WrongAnswer, expect, post_login
from bench.fake_platform import Platform
from bench.load import Talk, request
from bench.servers import PROJECT, Server, free_port, serving

FOLDER = PROJECT / "bench" / "ltijs"
PROCESSES = 2
"""As many as the tool has workers."""

_LTIK = re.compile(r'<meta name="ltik" content="([^"]+)">')


@dataclass(frozen=True)
class LTIJS:
    """ltijs on a loopback port."""

    server: Server
    platform: Platform
    name: str = "ltijs"
    has_login: bool = True

    @property
    def host(self) -> str:
        """As it stands in its address."""
        return f"localhost:{self.server.port}"

    def login(self, pupil: int) -> Talk[Login]:
        """To the redirection."""
        return post_login(self.platform, self.host, "/login", pupil)

    def launch(self, login: Login, token: str) -> Talk[Page]:
        """To the page, by way of the address that the post redirects to."""
        form = {"id_token": token, "state": login.state}
        headers = {**FRAME, "Cookie": login.cookies}
        posted = expect((yield request("POST", "/", host=self.host, headers=headers, form=form)), 302)
        address = urlsplit(posted.values("Location")[0])
        headers["Cookie"] = posted.cookies
        answer = yield request("GET", f"{address.path}?{address.query}", host=self.host, headers=headers)
        return Page(login.pupil, expect(answer, 200).body, posted.cookies)

    def submit(self, page: Page) -> Talk[int]:
        """The post of the score, to the answer that comes once the platform has it."""
        ltik = _LTIK.search(page.html)
        if not ltik:
            raise WrongAnswer(page.html)
        headers = {**FRAME, "Cookie": page.cookies, "Authorization": f"Bearer {ltik[1]}"}
        return self._submitted(
            page.pupil, request("POST", "/submit", host=self.host, headers=headers, form={"score": "1"})
        )

    @staticmethod
    def _submitted(pupil: int, post: bytes) -> Talk[int]:
        expect((yield post), 200)
        return pupil


def install() -> None:
    """Install ltijs below `bench/ltijs`, unless it is there. Raises `NotHere`."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise NotHere("node and npm are not installed")
    stamp = FOLDER / "node_modules" / ".package-lock.json"
    lock = FOLDER / "package-lock.json"
    if stamp.is_file() and stamp.stat().st_mtime > lock.stat().st_mtime:
        return
    done = subprocess.run(["npm", "ci", "--loglevel=error"], cwd=FOLDER, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotHere(f"npm could not install ltijs: {done.stderr[-400:]}")


@contextmanager
def ltijs_serving(folder: Path, platform: Platform, page: Path, database_url: str) -> Iterator[LTIJS]:
    """Start ltijs on an empty database of PostgreSQL, with a page as large as `page`. Raises `NotHere`."""
    install()
    port = free_port()
    url = make_url(database_url)
    with_ltik = folder / "ltijs.html"
    with_ltik.write_text(page.read_text().replace("<head>", '<head><meta name="ltik" content="{ltik}">', 1))
    config = platform.config
    settings = {
        "port": port,
        "processes": PROCESSES,
        "secret": secrets.token_urlsafe(32),
        "page": str(with_ltik),
        "database": {
            "host": url.host,
            "port": url.port or 5432,
            "user": url.username,
            "password": url.password,
            "database": url.database,
        },
        "platform": {
            "issuer": config.base_url,
            "auth_url": config.auth_url,
            "token_url": config.token_url,
            "jwks_url": config.jwks_url,
            "client_id": config.client_id,
        },
    }
    environment = {"NODE_ENV": "production", "BENCH_SETTINGS": json.dumps(settings)}
    command = ["node", "server.js"]
    with serving(command, port=port, environment=environment, log=folder / "ltijs.log", folder=FOLDER) as server:
        yield LTIJS(server, platform)
