"""The floor: as little as a launch can be. One RS256 token verified by PyJWT, two rows of SQLite, a page that is ready.

It has no login, no nonce, no cookie and no session; what the tool does above it is what a launch is made of.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import jwt
from flask import Flask, request
from jwt.algorithms import RSAAlgorithm

from bench.contestants import FRAME, Login, Page, expect
from bench.fake_platform import Platform
from bench.load import Talk
from bench.load import request as http_request
from bench.servers import GUNICORN, Server, free_port, serving

SCHEMA = """
PRAGMA journal_mode=WAL;
CREATE TABLE nonce (value TEXT NOT NULL);
CREATE TABLE session (secret TEXT NOT NULL, sub TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Floor:
    """The floor on a loopback port."""

    server: Server
    platform: Platform
    name: str = "floor"
    has_login: bool = False

    def login(self, pupil: int) -> Talk[Login]:
        """There is none."""
        raise NotImplementedError

    def launch(self, login: Login, token: str) -> Talk[Page]:
        """To the page."""
        form = {"id_token": token}
        answer = yield http_request("POST", "/launch", host=f"localhost:{self.server.port}", headers=FRAME, form=form)
        return Page(login.pupil, expect(answer, 200).body, "")


def create_app() -> Flask:
    """The view, for gunicorn; what it needs is in the environment."""
    app = Flask("floor", static_folder=None)
    key = RSAAlgorithm.from_jwk(os.environ["BENCH_KEY"])
    audience = os.environ["BENCH_AUDIENCE"]
    page = Path(os.environ["BENCH_PAGE"]).read_text()
    local = threading.local()

    def database() -> sqlite3.Connection:
        if not hasattr(local, "database"):
            local.database = sqlite3.connect(os.environ["BENCH_DATABASE"], timeout=15)
            local.database.execute("PRAGMA synchronous=NORMAL")
        connection: sqlite3.Connection = local.database
        return connection

    @app.post("/launch")
    def launch() -> str:
        claims = jwt.decode(request.form["id_token"], key, algorithms=["RS256"], audience=audience)  # type: ignore[arg-type]
        with database() as connection:
            connection.execute("INSERT INTO nonce (value) VALUES (?)", (claims["nonce"],))
            connection.execute("INSERT INTO session (secret, sub) VALUES (?, ?)", (os.urandom(16).hex(), claims["sub"]))
        return page

    return app


@contextmanager
def floor_serving(folder: Path, platform: Platform, page: Path) -> Iterator[Floor]:
    """Start the floor under gunicorn with the settings of the tool."""
    port = free_port()
    database = folder / "floor.sqlite"
    connection = sqlite3.connect(database)
    connection.executescript(SCHEMA)
    connection.close()
    environment = {
        "PORT": str(port),
        "BENCH_KEY": platform.public_key,
        "BENCH_AUDIENCE": platform.config.client_id,
        "BENCH_PAGE": str(page),
        "BENCH_DATABASE": str(database),
    }
    command = [*GUNICORN, "-c", "python:bench.floor_gunicorn", "bench.floor:create_app()"]
    with serving(command, port=port, environment=environment, log=folder / "floor.log") as server:
        yield Floor(server, platform)
