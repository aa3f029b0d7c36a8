"""The settings, and the page that documents them."""

from __future__ import annotations

import re
import typing
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from lti_tool.settings import PREFIX, Settings, SettingsRefused, load_settings

PAGE = Path("docs/operate/settings.md")
KINDS: dict[object, str] = {
    bool: "true or false",
    int: "whole number",
    str: "text",
    Path: "path",
    SecretStr: "secret text",
}


@pytest.fixture(autouse=True)
def no_settings_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(PREFIX + field.upper(), raising=False)


def type_in_words(field: FieldInfo) -> str:
    choices = typing.get_args(field.annotation)
    if choices:
        return "one of " + ", ".join(f"`{choice}`" for choice in choices)
    bounds = {name: getattr(rule, name) for rule in field.metadata for name in ("ge", "le") if hasattr(rule, name)}
    words = KINDS[field.annotation]
    return f"{words} from {bounds['ge']} to {bounds['le']}" if bounds else words


def default_in_words(field: FieldInfo) -> str:
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{shown}`" if shown else "empty"


def section(name: str, field: FieldInfo) -> str:
    assert field.examples
    return (
        f"## {PREFIX}{name.upper()}\n\n{field.description}\n\n"
        f"- Type: {type_in_words(field)}\n"
        f"- Default: {default_in_words(field)}\n"
        f"- Example: `{field.examples[0]}`\n"
    )


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_is_documented_with_its_type_default_and_example(name: str) -> None:
    assert section(name, Settings.model_fields[name]) in PAGE.read_text(encoding="utf-8")


def test_the_page_documents_no_setting_that_does_not_exist() -> None:
    documented = re.findall(r"^## TRAAM_(\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert documented == [name.upper() for name in Settings.model_fields]


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if not name.endswith("_key")])
def test_each_example_is_accepted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    examples = Settings.model_fields[name].examples
    assert examples
    monkeypatch.setenv(PREFIX + name.upper(), examples[0])
    load_settings()


def test_an_unknown_variable_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAAM_DATABASE", "sqlite://")
    with pytest.raises(SettingsRefused, match="TRAAM_DATABASE"):
        load_settings()


def test_a_short_secret_key_is_refused_without_showing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAAM_SECRET_KEY", "trop-court-mais-secret")
    with pytest.raises(SettingsRefused, match=r"TRAAM_SECRET_KEY.*at least 32 characters") as refusal:
        load_settings()
    assert "trop-court" not in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    [
        "localhost:8000",
        "ftp://tool.example",
        "https://tool.example/lti",
        "https://",
        "https://tool.example:99999",
        "https://somebody@tool.example",
        "https://tool example",
        "https://activités.example",
    ],
)
def test_a_base_url_that_is_not_an_origin_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAAM_BASE_URL", address)
    with pytest.raises(SettingsRefused, match="TRAAM_BASE_URL"):
        load_settings()


def test_a_final_slash_in_the_base_url_is_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAAM_BASE_URL", "https://tool.example/")
    assert load_settings().launch_url == "https://tool.example/lti/launch"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Tool.Example", "https://tool.example"),
        ("https://tool.example:443", "https://tool.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_base_url_is_kept_as_browsers_write_an_origin(
    address: str, origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAAM_BASE_URL", address)
    assert load_settings().base_url == origin


def test_settings_cannot_be_changed_once_read() -> None:
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.base_url = "https://other.example"  # type: ignore[misc] # the point of the test
