"""The secret that states and cookies are signed with."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from lti_tool.settings import SHORTEST_SECRET, Settings, SettingsRefused


def secret_key(settings: Settings) -> str:
    """The secret of the settings, else one made at first start and kept in the data folder.

    Raises `SettingsRefused` when what was kept is too short, as after a disk that was full.
    """
    given = settings.secret_key.get_secret_value()
    if given:
        return given
    path = settings.data_dir / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(48))
    kept = path.read_text().strip()
    if len(kept) < SHORTEST_SECRET:
        raise SettingsRefused(f"{path} does not hold a secret key: delete it, and a new one is made at the next start")
    return kept


def _write_once(path: Path, text: str) -> None:
    """Two processes may start at once: the first one's file stays."""
    # Not named after the process: two containers on one folder may both be number 1.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as target:
        target.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
