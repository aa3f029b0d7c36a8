"""The machine that figures were measured on: without it they say nothing."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bench.servers import PROJECT

Description = dict[str, str | float]


def describe_machine() -> Description:
    """Processor, memory, versions, and which state of the project."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "processor": _first(r"^model name\s*: (.*)$", "/proc/cpuinfo"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(_first(r"^MemTotal:\s*(\d+)", "/proc/meminfo") or 0) / 1024**2),
        "system": platform.release(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 1),
        "node": _said("node", "--version"),
        "commit": _said("git", "rev-parse", "--short", "HEAD"),
    }


def _first(pattern: str, path: str) -> str:
    found = re.search(pattern, Path(path).read_text(), re.MULTILINE)
    return found[1] if found else ""


def _said(*command: str) -> str:
    """What a program prints; nothing where there is no such program."""
    try:
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
