"""What the pages for operators name is there: every command with its options, every setting, every file and anchor."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from lti_tool.cli import COMMANDS, main
from lti_tool.settings import PREFIX, Settings
from tests.support.servers import PROJECT

DOCS = PROJECT / "docs" / "operate"
PAGES = sorted([*DOCS.glob("*.md"), PROJECT / "README.md"])
OF_OTHERS = ("systemctl ", "useradd ")
"""Commands of the system, in which the name is that of a service or of a user."""

COMMAND = re.compile(r"(?:^|[ $/])traam ([a-z][^#|]*)")
SETTING = re.compile(rf"\b{PREFIX}[A-Z0-9_]+")
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def commands_of(page: Path) -> list[str]:
    """The command lines of `traam` that a page has, in code."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    code = [*re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)]
    lines = [line for piece in code for line in piece.splitlines() if not line.startswith(OF_OTHERS)]
    found = [match[1] for line in lines if (match := COMMAND.search(line))]
    # The image of a container has the name too.
    return [line.removeprefix("traam ") for line in found]


def anchors_of(page: Path) -> set[str]:
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_is_one(page: Path) -> None:
    for line in commands_of(page):
        command: click.Command = main
        context = click.Context(main, info_name="traam")
        for word in line.split():
            if isinstance(command, click.Group):
                found = command.get_command(context, word)
                assert found, f"{page.name}: traam {line}"
                command = found
            elif word.startswith("--"):
                options = {name for parameter in command.params for name in parameter.opts}
                assert word.partition("=")[0] in {*options, "--help"}, f"{page.name}: traam {line}"


def test_every_command_has_its_place_in_the_pages_for_operators() -> None:
    named = {line.split()[0] for page in PAGES for line in commands_of(page)}
    assert named >= set(COMMANDS)


@pytest.mark.parametrize("page", [*PAGES, *DOCS.glob("systemd/*"), *DOCS.glob("nginx/*")], ids=lambda page: page.name)
def test_every_setting_is_one(page: Path) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(SETTING.findall(page.read_text(encoding="utf-8"))) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = page.parent / path if path else page
        assert target.exists(), path
        if anchor and target.suffix == ".md":
            assert anchor in anchors_of(target), f"{path}#{anchor}"
