"""Columns found and made, and lists that come in pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lti_tool.lti.ags import LINE_ITEM_READ, SCORE
from lti_tool.lti.connector import MOST_PAGES, ScopeMissing, ServiceAnswer, next_page
from lti_tool.lti.outgoing import AddressRefused
from tests.lti_tool.lti.scripted_server import Asked, Reply
from tests.lti_tool.lti.service_bench import ALL, Bench

# --- line items


def item(**values: Any) -> dict[str, Any]:
    return {"id": "https://m/li", "label": "x", "scoreMaximum": 8, "resourceId": "r", "resourceLinkId": "1", **values}


def find(bench: Bench, *items: Any) -> str | None:
    bench.lms.reply = Reply(body=json.dumps(items).encode())
    ags = bench.services.ags(bench.registration, ALL)
    return ags.find_line_item(bench.container, resource_link_id="1", resource_id="r")


def test_a_column_is_found_by_link_and_resource(bench: Bench) -> None:
    found = find(bench, item(resourceLinkId="2", id="a"), item(resourceId="s", id="b"), item(id="c"), item(id="d"))
    assert found == "c"
    assert bench.asked("/lineitems")[0].path == "/2/lineitems?type_id=3&resource_link_id=1"


def test_the_column_of_another_link_is_not_ours(bench: Bench) -> None:
    assert find(bench, item(resourceLinkId="2"), item(resourceLinkId=None), item(id=5)) is None


def test_strange_line_items_are_no_answer(bench: Bench) -> None:
    with pytest.raises(ServiceAnswer, match="service-answer-wrong"):
        find(bench, "nonsense")


def test_a_column_is_made(bench: Bench) -> None:
    bench.lms.reply = Reply(201, "Created", body=json.dumps(item(id="https://m/new")).encode())
    url = bench.services.ags(bench.registration, ALL).create_line_item(
        bench.container, resource_link_id="1", resource_id="r", tag="t", label="Le plan", maximum=8.0
    )
    assert url == "https://m/new"
    (asked,) = bench.asked("/lineitems")
    media_type = "application/vnd.ims.lis.v2.lineitem+json"
    assert (asked.headers["content-type"], asked.headers["accept"]) == (media_type, media_type)
    assert json.loads(asked.body) == {
        "scoreMaximum": 8,
        "label": "Le plan",
        "resourceId": "r",
        "resourceLinkId": "1",
        "tag": "t",
    }


def test_a_column_without_an_address_is_no_answer(bench: Bench) -> None:
    bench.lms.reply = Reply(201, "Created", body=b"{}")
    with pytest.raises(ServiceAnswer, match="service-answer-wrong"):
        bench.services.ags(bench.registration, ALL).create_line_item(
            bench.container, resource_link_id="1", resource_id="r", tag="t", label="l", maximum=8
        )


def test_with_the_right_to_read_only_a_column_is_found_but_not_made(bench: Bench) -> None:
    bench.lms.reply = Reply(body=json.dumps([item()]).encode())
    ags = bench.services.ags(bench.registration, [SCORE, LINE_ITEM_READ])
    assert ags.find_line_item(bench.container, resource_link_id="1", resource_id="r") == "https://m/li"
    with pytest.raises(ScopeMissing):
        ags.create_line_item(bench.container, resource_link_id="1", resource_id="r", tag="t", label="l", maximum=8)


# --- pages


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ('<https://M.example/Items?a=B>; rel="next"', "https://M.example/Items?a=B"),
        ("<https://m.example/?from=2&amp;limit=2>; rel=“next”", "https://m.example/?from=2&limit=2"),
        ("<https://m.example/2>; rel=“next”".encode().decode("latin-1"), "https://m.example/2"),
        ('<https://m.example/1>; rel="prev", <https://m.example/3>; title="x"; rel=next', "https://m.example/3"),
        ('<https://m.example/1>; rel="prev"', None),
        ('<https://m.example/1>; rel="nextish"', None),
        ("", None),
    ],
)
def test_the_next_page_is_found_however_it_is_written(link: str, url: str | None) -> None:
    assert next_page({"link": link}) == url


def test_pages_are_followed_to_the_last(bench: Bench) -> None:
    first = f"{bench.server.url}/2/lineitems?page=2"

    def pages(asked: Asked) -> Reply:
        if asked.path == "/token":
            return bench.lms(asked)
        last = asked.path.endswith("page=2")
        headers = {} if last else {"Link": f'<{first}>; rel="next"'}
        return Reply(headers=headers, body=json.dumps([item()] if last else [item(resourceId="s")]).encode())

    bench.server.script = pages
    ags = bench.services.ags(bench.registration, ALL)
    assert ags.find_line_item(bench.container, resource_link_id="1", resource_id="r") == "https://m/li"


@pytest.mark.parametrize("step", [0, 1])
def test_pages_without_end_are_left(bench: Bench, step: int) -> None:
    def endless(asked: Asked) -> Reply:
        if asked.path == "/token":
            return bench.lms(asked)
        following = len(bench.server.asked) * step
        return Reply(headers={"Link": f'<{bench.server.url}/p?n={following}>; rel="next"'}, body=b"[]")

    bench.server.script = endless
    ags = bench.services.ags(bench.registration, ALL)
    assert ags.find_line_item(bench.container, resource_link_id="1", resource_id="r") is None
    assert len(bench.server.asked) <= MOST_PAGES + 1


def test_a_next_page_on_another_host_is_not_fetched(bench: Bench) -> None:
    bench.lms.reply = Reply(headers={"Link": '<https://evil.example/>; rel="next"'}, body=b"[]")
    with pytest.raises(AddressRefused):
        bench.services.ags(bench.registration, ALL).results(bench.line_item, "42")
