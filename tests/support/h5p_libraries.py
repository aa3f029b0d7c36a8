"""Small H5P libraries, written for the tests, and packages that bring them."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

Files = dict[str, bytes]


def names(*libraries: str) -> list[dict[str, Any]]:
    """Dependencies as `library.json` writes them, from texts such as ``H5P.Blanks 1.14``."""
    split = (library.partition(" ")[::2] for library in libraries)
    return [
        {
            "machineName": name,
            "majorVersion": int(version.split(".")[0]),
            "minorVersion": int(version.split(".")[1]),
        }
        for name, version in split
    ]


def library(
    name: str,
    *needs: str,
    patch: int = 0,
    semantics: object = None,
    files: Mapping[str, bytes] | None = None,
    **fields: object,
) -> Files:
    """The files of a library in its folder: ``name`` such as ``H5P.Blanks 1.14``, which preloads ``needs``.

    `fields` are others of `library.json`; one that is `None` is left out.
    """
    about = names(name)[0]
    folder = name.replace(" ", "-")
    data = {
        "title": f"Toy {about['machineName']}",
        **about,
        "patchVersion": patch,
        "runnable": 0,
        "preloadedJs": [{"path": "js/toy.js"}],
        "preloadedDependencies": names(*needs) or None,
        **fields,
    }
    made = {
        f"{folder}/library.json": json.dumps({key: value for key, value in data.items() if value is not None}).encode(),
        f"{folder}/js/toy.js": f"/* {name}.{patch} */".encode(),
    }
    if semantics is not None:
        made[f"{folder}/semantics.json"] = json.dumps(semantics).encode()
    return made | {f"{folder}/{path}": content for path, content in (files or {}).items()}


def library_package(*libraries: Mapping[str, bytes]) -> bytes:
    """An `.h5p` that brings libraries, and no content."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for files in libraries:
            for name, data in files.items():
                archive.writestr(name, data)
    return file.getvalue()
