"""gunicorn's settings for the floor: those of the tool, without the hooks that start and stop what the tool has."""

from __future__ import annotations

import runpy

from bench.servers import PROJECT

HOOKS = {"post_worker_init", "worker_exit", "pre_fork", "child_exit", "on_exit", "raw_env"}

globals().update(
    {
        name: value
        for name, value in runpy.run_path(str(PROJECT / "gunicorn.conf.py")).items()
        if not name.startswith("__") and name not in HOOKS
    }
)
