"""Workers and what they need are there only for those who ask for them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lti_tool.settings import SettingsRefused, load_settings
from tests.lti_tool.cli.conftest import Shell
from tests.support.servers import PROJECT


def test_a_worker_is_refused_where_the_web_service_sends_grades(shell: Shell) -> None:
    assert "TRAAM_DELIVERY" in shell.bad("worker")


def test_delivery_by_celery_needs_a_broker(quiet_machine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAAM_DELIVERY", "celery")
    with pytest.raises(SettingsRefused, match=r"TRAAM_BROKER_URL.*redis://"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRAAM_BROKER_URL", "amqp://127.0.0.1"),
        ("TRAAM_BROKER_URL", "redis://"),
        ("TRAAM_BLOBS_URL", "https://s3.example/traam"),
        ("TRAAM_BLOBS_URL", "s3://Ein Eimer"),
        ("TRAAM_S3_ENDPOINT", "s3.example"),
        ("TRAAM_S3_ENDPOINT", "https://key:secret@s3.example"),
    ],
)
def test_an_engine_that_cannot_be_is_refused(
    name: str, value: str, quiet_machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsRefused, match=name):
        load_settings()


def test_a_small_site_imports_no_engine_of_a_large_one() -> None:
    look = "import sys, lti_tool.app; print(sorted({'celery', 'kombu', 'boto3', 'psycopg'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", look], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
