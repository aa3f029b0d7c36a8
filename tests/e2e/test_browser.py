"""The browser of these tests is as strict as the one at school; else they would prove nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page

from tests.support.browser import accessibility_violations

pytestmark = pytest.mark.browser

SET = (
    "<script>try { sessionStorage.a = 1 } catch { } location = '/seen?storage=' + (sessionStorage.a ?? 'none')</script>"
)


class FramedSite(BaseHTTPRequestHandler):
    """At `/` a page that frames `/set` of the other loopback name; `/seen` says which cookies came back."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if self.path == "/set":
            self.send_header("Set-Cookie", "plain=1; Path=/; Secure; HttpOnly; SameSite=None")
            self.send_header("Set-Cookie", "__Host-partitioned=1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned")
            body = SET
        elif self.path.startswith("/seen"):
            body = f"{self.path} {self.headers.get('Cookie')}"
        else:
            port = self.headers["Host"].partition(":")[2]
            body = f"<iframe src='http://localhost:{port}/set'></iframe>"
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def framed_site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), FramedSite) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_axe_finds_a_picture_without_a_text(page: Page) -> None:
    page.set_content("<html lang='fr'><title>Une page</title><main><h1>Une page</h1><img src='data:,'></main>")
    assert [violation.partition(":")[0] for violation in accessibility_violations(page)] == ["image-alt"]


def test_in_a_frame_only_a_partitioned_cookie_comes_back_and_storage_is_partitioned(
    page: Page, framed_site: str
) -> None:
    page.goto(framed_site)
    seen = page.frame_locator("iframe").locator("body")
    seen.get_by_text("/seen").wait_for()
    assert seen.inner_text() == "/seen?storage=1 __Host-partitioned=1"
