"""The frame of the official player: what opens it, what it may load, and what it knows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from h5p_exports.content_types import LibraryName
from lti_tool.libraries.player import folder_of
from lti_tool.libraries.player_views import page_policy
from lti_tool.web.seal import Sealer
from tests.lti_tool.desk import PNG, Desk, custom_of, h5p_file, store
from tests.support.house import BASE, House, Visit
from tests.support.toy import PARAMS, TITLE, install_toy, store_toy, toy_package

PICTURE = {**PARAMS, "picture": {"path": "images/carte.png", "mime": "image/png"}}


@pytest.fixture
def desk(house: House) -> Desk:
    """A house whose course has a toy question with a picture."""
    install_toy(house.services)
    revision = store_toy(house.services, toy_package(PICTURE, media={"images/carte.png": PNG}))
    return Desk(house, custom_of(house, revision))


def frame_of(visit: Visit) -> str:
    found = re.search(r'<iframe class="player"[^>]* src="([^"]+)"', visit.page.text)
    assert found, visit.page.text
    return found[1]


def fetch(desk: Desk, address: str) -> TestResponse:
    """What a browser that knows nothing of a session gets."""
    answer = desk.house.browser().get(address.partition("#")[0].removeprefix(BASE), base_url=BASE)
    answer.get_data()
    answer.close()
    return answer


def directives(answer: TestResponse) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


def integration_of(answer: TestResponse) -> dict[str, Any]:
    found = re.search(r'<body data-integration="([^"]*)">', answer.text)
    assert found
    told: dict[str, Any] = json.loads(unescape(found[1]))
    return told


def addresses_of(answer: TestResponse) -> list[str]:
    return re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', answer.text)


def seal(desk: Desk, value: object, purpose: str = "h5p-player") -> str:
    sealer = Sealer(desk.house.services.settings.secret_key.get_secret_value(), purpose=purpose, seconds=60)
    return f"/h5p/play/{sealer.seal(value)}/"


def folder(desk: Desk) -> str:
    """The folder of the toy, in addresses."""
    found = desk.house.services.libraries.find(LibraryName.parse("H5P.ToyQuestion 1.0"))
    assert found is not None
    return folder_of(found)


def test_the_page_frames_nothing_but_its_own_player(desk: Desk) -> None:
    visit = desk.open()
    assert 'sandbox="allow-scripts"' in visit.page.text
    address, _, nonce = frame_of(visit).partition("#")
    assert directives(visit.page)["frame-src"] == address
    assert f'data-nonce="{nonce}"' in visit.page.text
    assert re.fullmatch(r"[0-9a-f]{32}", nonce)


def test_other_pages_frame_nothing(house: House) -> None:
    assert "frame-src" not in directives(house.launch().page)


def test_the_address_of_a_frame_holds_nothing_of_the_session(desk: Desk) -> None:
    visit = desk.open()
    assert visit.secret not in frame_of(visit)
    assert fetch(desk, frame_of(visit)).status_code == 200


def test_the_frame_is_of_an_opaque_origin_and_calls_only_the_player(desk: Desk) -> None:
    answer = fetch(desk, frame_of(desk.open()))
    policy = directives(answer)
    assert policy["sandbox"] == "allow-scripts"
    assert policy["default-src"] == policy["form-action"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == f"{BASE}/h5p/libraries/ {BASE}/static/"
    assert policy["connect-src"] == f"{BASE}/h5p/"
    assert policy["frame-ancestors"] == f"{BASE} {desk.house.lms.config.base_url}"
    assert "'self'" not in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_whoever_may_frame_nothing_names_no_other_site(desk: Desk) -> None:
    revision = store_toy(desk.house.services)
    policy = directives(fetch(desk, seal(desk, [revision, "https://evil.example; script-src *"])))
    assert policy["frame-ancestors"] == BASE


def test_everything_that_the_page_asks_for_is_there_and_open_to_an_opaque_origin(desk: Desk) -> None:
    page = fetch(desk, frame_of(desk.open()))
    addresses = addresses_of(page)
    assert any(address.endswith(f"/{folder(desk)}/js/toy.js") for address in addresses)
    for answer in [fetch(desk, address) for address in addresses]:
        assert answer.status_code == 200
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_page_tells_h5p_of_the_content_and_of_nobody(desk: Desk) -> None:
    told = integration_of(fetch(desk, frame_of(desk.open())))
    content = told["contents"]["cid-1"]
    assert content["library"] == "H5P.ToyQuestion 1.0"
    assert json.loads(content["jsonContent"])["question"] == PARAMS["question"]
    assert "user" not in told
    assert told["libraryDirectories"] == {"H5P.ToyQuestion-1.0": folder(desk)}


def test_media_are_loaded_by_the_seal_of_their_own_revision(desk: Desk) -> None:
    told = integration_of(fetch(desk, frame_of(desk.open())))
    picture = fetch(desk, f"{told['contents']['cid-1']['contentUrl']}/images/carte.png")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert picture.headers["Access-Control-Allow-Origin"] == "*"
    other = store_toy(desk.house.services)
    assert fetch(desk, f"{seal(desk, [other, ''])}content/images/carte.png").status_code == 404


def test_a_file_of_a_library_runs_nothing_where_it_is_opened_by_itself(desk: Desk) -> None:
    drawing = fetch(desk, f"/h5p/libraries/{folder(desk)}/images/toy.svg")
    assert drawing.mimetype == "image/svg+xml"
    policy = directives(drawing)
    assert (policy["sandbox"], policy["default-src"]) == ("", "'none'")
    assert "script-src" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "H5P.ToyQuestion-1.0.2-{digest}/js/toy.js",
        "H5P.ToyQuestion-1.0.3-0000000000000000/js/toy.js",
        "H5P.ToyQuestion-1.0.3/js/toy.js",
        "H5P.ToyQuestion-1.0/js/toy.js",
        "H5P.ToyQuestion-1.0.3-{digest}/js/none.js",
        "H5P.ToyQuestion-1.0.3-{digest}/../H5P.ToyQuestion-1.0.3-{digest}/js/toy.js",
        "H5P.Other-1.0.3-{digest}/js/toy.js",
        "H5P.ToyQuestion-99999999999.0.3-{digest}/js/toy.js",
        "H5P.ToyQuestion-1.0.3-{digest}/" + "a" * 300,
    ],
)
def test_no_other_file_is_given(desk: Desk, path: str) -> None:
    digest = folder(desk).rpartition("-")[2]
    answer = fetch(desk, f"/h5p/libraries/{path.format(digest=digest)}")
    assert answer.status_code == 404
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_seal_that_is_forged_or_for_something_else_opens_nothing(desk: Desk) -> None:
    good = frame_of(desk.open()).partition("#")[0].removeprefix(BASE)
    revision = store_toy(desk.house.services)
    forged = [
        good.replace("/play/", "/play/A"),
        good[:-5] + "/",
        seal(desk, [revision, ""], purpose="other"),
        seal(desk, revision),
        seal(desk, "text"),
        "/h5p/play/x/",
    ]
    assert [fetch(desk, address).status_code for address in forged] == [403] * len(forged)
    assert fetch(desk, f"{forged[0]}content/images/carte.png").status_code == 403


def test_a_seal_is_over_after_a_while(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    address = frame_of(desk.open())
    monkeypatch.setattr("lti_tool.web.seal.URLSafeTimedSerializer.loads", expired)
    assert fetch(desk, address).status_code == 403


def expired(*_arguments: Any, **_options: Any) -> Any:
    from itsdangerous import SignatureExpired  # noqa: PLC0415

    raise SignatureExpired("old")


def test_only_contents_of_the_official_player_are_played_so(desk: Desk) -> None:
    native = store(desk.house, h5p_file())
    assert fetch(desk, seal(desk, [native, ""])).status_code == 404
    assert fetch(desk, seal(desk, [99_999, ""])).status_code == 404


def test_libraries_that_make_functions_of_texts_are_let_and_no_other(desk: Desk) -> None:
    page = fetch(desk, frame_of(desk.open()))
    assert "unsafe-eval" not in page.headers["Content-Security-Policy"]
    assert page_policy(BASE, "", with_eval=True).count("unsafe-eval") == 1


def test_a_preview_plays_in_a_frame_too(desk: Desk) -> None:
    teacher = desk.house.launch("2", "9")
    listed = desk.house.services.placements.offers()
    revision = next(offer.listed.revision_id for offer in listed if offer.listed.title == TITLE)
    preview = teacher.post(f"previews/of/{revision}", {})
    assert fetch(desk, frame_of(preview)).status_code == 200


def send(visit: Visit, fields: Mapping[str, str], action: str) -> Visit:
    hidden = {name: value for name, value in visit.fields().items() if name in {"version", "tab"}}
    return visit.post(visit.step, {**hidden, **fields, "action": action})


def said(response: str, raw: int) -> str:
    return json.dumps({"statement": {"result": {"response": response, "score": {"raw": raw, "max": 1}}}})


def test_a_pupil_goes_on_hands_in_and_the_teacher_is_told_whose_word_it_is(desk: Desk) -> None:
    pupil = desk.open()
    assert send(pupil, {"tree": said("3", 0), "state": '{"chosen":0}'}, "save").page.status_code == 200
    again = desk.open()
    assert again.fields()["state"] == "{&#34;chosen&#34;:0}"
    result = send(again, {"tree": said("4", 1), "state": '{"chosen":1}'}, "finish")
    assert "Ton résultat" in result.page.text
    assert "déclaré" not in result.page.text
    teacher = desk.open("2")
    assert "score déclaré par le navigateur" in teacher.page.text
    review = teacher.get("class/1")
    assert "Score déclaré par le navigateur : 1 sur 1." in review.page.text.replace("\u00a0", " ")
    assert "<iframe" not in review.page.text


def test_nothing_is_handed_in_before_the_player_has_spoken(desk: Desk) -> None:
    refused = send(desk.open(), {"tree": "", "state": ""}, "finish")
    assert (refused.page.status_code, refused.error) == (400, "player-silent")


def test_a_large_tree_is_kept(desk: Desk) -> None:
    tree = {"children": [{"statement": {"result": {"response": "é" * 200}}}] * 400}
    saved = send(desk.open(), {"tree": json.dumps(tree, ensure_ascii=False), "state": ""}, "save")
    assert saved.page.status_code == 200
