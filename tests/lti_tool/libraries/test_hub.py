"""The hub, as this site calls it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from h5p_exports.profiles import load_profile
from lti_tool.errors import Invalid, ToolError, Unavailable
from lti_tool.libraries.hub import HubSite
from lti_tool.lti.outgoing import AddressRefused, OutgoingHTTP
from lti_tool.lti.registration import Candidate
from tests.lti_tool.libraries.fake_hub import SITE, FakeHub, offer

OLD, NEW = "https://api.h5p.org/v1", "https://hub-api.h5p.org/v1"


def site(hub: FakeHub, folder: Path, profile: str = "moodle-5.1") -> HubSite:
    return HubSite(hub, folder, load_profile(profile))


def error_of(hub: FakeHub, folder: Path, name: str = "H5P.Toy") -> ToolError:
    with pytest.raises(ToolError) as caught:
        site(hub, folder).find(name)
    return caught.value


def test_a_package_is_downloaded_from_the_hub_of_the_profile(tmp_path: Path) -> None:
    hub, told, target = FakeHub({"H5P.Toy": b"PK"}), [], io.BytesIO()
    ours = site(hub, tmp_path)

    ours.download(ours.find("H5P.Toy"), target, lambda done, of: told.append((done, of)))

    assert target.read() == b"PK"
    assert told == [(2, 2)]
    assert hub.called == [f"POST {OLD}/sites", f"POST {OLD}/content-types/", f"GET {OLD}/content-types/H5P.Toy"]


def test_the_newer_line_has_another_hub(tmp_path: Path) -> None:
    hub = FakeHub({"H5P.Toy": b"PK"})
    site(hub, tmp_path, "hub-1.28").find("H5P.Toy")
    assert hub.called == [f"POST {NEW}/sites", f"POST {NEW}/content-types/"]


def test_a_site_registers_once_with_each_hub_and_asks_for_the_list_once_a_run(tmp_path: Path) -> None:
    first, again, other = FakeHub({"H5P.Toy": b""}), FakeHub({"H5P.Toy": b""}), FakeHub({"H5P.Toy": b""})

    site(first, tmp_path).find("H5P.Toy")
    second = site(again, tmp_path)
    second.find("H5P.Toy")
    second.find("H5P.Toy")
    site(other, tmp_path, "hub-1.28").find("H5P.Toy")

    assert again.called == [f"POST {OLD}/content-types/"]
    assert json.loads((tmp_path / "h5p-hub.json").read_text()) == {"api.h5p.org": SITE, "hub-api.h5p.org": SITE}
    assert other.called[0] == f"POST {NEW}/sites"


@pytest.mark.parametrize("kept", [b"", b"[", b"7", b"[1]", b'{"api.h5p.org": 7}', b"\xff"], ids=repr)
def test_what_was_kept_and_means_nothing_is_asked_for_anew(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "h5p-hub.json").write_bytes(kept)
    hub = FakeHub({"H5P.Toy": b""})
    site(hub, tmp_path).find("H5P.Toy")
    assert hub.called[0] == f"POST {OLD}/sites"


def test_a_folder_that_keeps_nothing_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "h5p-hub.json").mkdir()
    assert site(FakeHub({"H5P.Toy": b""}), tmp_path).find("H5P.Toy").machine_name == "H5P.Toy"


def test_a_hub_that_is_silent_is_unavailable_under_its_own_name(tmp_path: Path) -> None:
    error = error_of(FakeHub(silent=True), tmp_path)
    assert (type(error), error.id, error.params) == (Unavailable, "hub-slow", {"host": "api.h5p.org"})


@pytest.mark.parametrize("status", [301, 403, 404, 500])
def test_an_answer_of_another_status_is_none(tmp_path: Path, status: int) -> None:
    error = error_of(FakeHub(status=status), tmp_path)
    assert (type(error), error.id, error.params["where"]) == (Unavailable, "hub-answer-wrong", f"HTTP {status}")


def test_a_package_that_comes_with_another_status_is_none(tmp_path: Path) -> None:
    hub = FakeHub({"H5P.Toy": b"moved"})
    ours = site(hub, tmp_path)
    found = ours.find("H5P.Toy")
    hub.status = 302
    with pytest.raises(Unavailable, match="hub-answer-wrong"):
        ours.download(found, io.BytesIO(), lambda _done, _of: None)


def test_what_the_hub_does_not_offer_is_invalid(tmp_path: Path) -> None:
    error = error_of(FakeHub(), tmp_path)
    assert (type(error), error.id) == (Invalid, "hub-content-type-unknown")


def test_what_needs_a_newer_core_is_not_downloaded(tmp_path: Path) -> None:
    error = error_of(FakeHub(offers=[offer("H5P.Toy", core=(1, 28))]), tmp_path)
    assert (type(error), error.id) == (Invalid, "hub-needs-newer-core")


@pytest.mark.parametrize("url", ["http://api.h5p.org/v1/sites", "https://evil.example/v1", "https://hub-api.h5p.org/"])
def test_the_door_lets_the_hub_lead_nowhere_else(url: str) -> None:
    hub = Candidate(f"{OLD}/sites")
    with pytest.raises(AddressRefused):
        OutgoingHTTP().download(url, io.BytesIO(), registration=hub, limit=10, seconds=1)
