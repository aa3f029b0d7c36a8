"""One exercise that tests can play: eight blanks on one page, so that eight marks tell eight pupils apart."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

WORDS = ("accroche", "définition", "problématique", "annonce", "argument", "exemple", "transition", "bilan")
TITLE = "Les huit mots"
LIBRARY = {"machineName": "H5P.Blanks", "majorVersion": 1, "minorVersion": 14}


def write_exercise(path: Path) -> Path:
    """Write the exercise as an H5P file."""
    description = {
        "title": TITLE,
        "language": "fr",
        "mainLibrary": LIBRARY["machineName"],
        "embedTypes": ["iframe"],
        "license": "CC BY-SA",
        "preloadedDependencies": [LIBRARY],
    }
    content = {
        "text": "<p>Complète avec les mots de la méthode.</p>",
        "questions": [f"<p>Le mot numéro {number} est *{word}*.</p>" for number, word in enumerate(WORDS, start=1)],
        "behaviour": {"enableRetry": True, "enableSolutionsButton": True, "caseSensitive": False},
    }
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("h5p.json", json.dumps(description))
        package.writestr("content/content.json", json.dumps(content))
    return path


def answers(right: int) -> list[str]:
    """What a pupil writes who knows the first `right` words."""
    return [*WORDS[:right], *["je ne sais pas"] * (len(WORDS) - right)]
