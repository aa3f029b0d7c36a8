"""A content type of our own, too small to be of use: what the official player plays in tests."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from lti_tool.app import Services, make_services
from lti_tool.settings import Settings
from tests.support.servers import ToolServer

TITLE = "La question du jouet"
NAME = "H5P.ToyQuestion 1.0"
FOLDER = "H5P.ToyQuestion-1.0"
PARAMS: dict[str, Any] = {"question": "<p>Combien font 2 + 2 ?</p>", "answers": ["3", "4"], "right": 1}

LIBRARY = {
    "title": "Toy question",
    "machineName": "H5P.ToyQuestion",
    "majorVersion": 1,
    "minorVersion": 0,
    "patchVersion": 3,
    "runnable": 1,
    "preloadedJs": [{"path": "js/toy.js"}],
    "preloadedCss": [{"path": "css/toy.css"}],
}
SEMANTICS = [
    {"name": "question", "type": "text", "tags": ["p"]},
    {"name": "answers", "type": "list", "field": {"name": "answer", "type": "text"}},
    {"name": "right", "type": "number"},
    {"name": "picture", "type": "image", "optional": True},
]
SCRIPT = """
H5P.ToyQuestion = (function () {
  function ToyQuestion(params, contentId, extras) {
    H5P.EventDispatcher.call(this);
    this.contentId = contentId;
    this.chosen = extras.previousState ? extras.previousState.chosen : -1;
    this.getScore = () => (this.chosen === params.right ? 1 : 0);
    this.getMaxScore = () => 1;
    this.getCurrentState = () => ({ chosen: this.chosen });
    this.getXAPIData = () => {
      const event = this.createXAPIEventTemplate("answered");
      event.setScoredResult(this.getScore(), this.getMaxScore(), this);
      event.data.statement.result.response = params.answers[this.chosen] || "";
      event.data.statement.object.definition.description = { "en-US": params.question };
      return { statement: event.data.statement };
    };
    this.attach = ($container) => {
      this.setActivityStarted();
      const box = document.createElement("div");
      box.className = "toy";
      box.innerHTML = params.question;
      params.answers.forEach((answer, index) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = answer;
        button.setAttribute("aria-pressed", String(index === this.chosen));
        button.addEventListener("click", () => {
          this.chosen = index;
          for (const other of box.querySelectorAll("button")) {
            other.setAttribute("aria-pressed", String(other === button));
          }
          this.triggerXAPI("interacted");
        });
        box.append(button);
      });
      $container.append(box);
    };
  }
  ToyQuestion.prototype = Object.create(H5P.EventDispatcher.prototype);
  ToyQuestion.prototype.constructor = ToyQuestion;
  return ToyQuestion;
})();
"""
FILES = {
    f"{FOLDER}/library.json": json.dumps(LIBRARY),
    f"{FOLDER}/semantics.json": json.dumps(SEMANTICS),
    f"{FOLDER}/js/toy.js": SCRIPT,
    f"{FOLDER}/css/toy.css": ".toy { padding: 1rem }",
    f"{FOLDER}/images/toy.svg": '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
}


def toy_package(params: object = None, *, media: Mapping[str, bytes] | None = None, script: str = SCRIPT) -> bytes:
    """An H5P file of a toy question, with its library in it."""
    main = {name: LIBRARY[name] for name in ("machineName", "majorVersion", "minorVersion")}
    description = {
        "title": TITLE,
        "language": "fr",
        "mainLibrary": "H5P.ToyQuestion",
        "embedTypes": ["iframe"],
        "preloadedDependencies": [main],
    }
    files: dict[str, str | bytes] = {
        "h5p.json": json.dumps(description),
        "content/content.json": json.dumps(PARAMS if params is None else params),
        **FILES,
        f"{FOLDER}/js/toy.js": script,
        **{f"content/{path}": data for path, data in (media or {}).items()},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, data in files.items():
            package.writestr(name, data)
    return buffer.getvalue()


def install_toy(services: Services, package: bytes | None = None) -> None:
    """Install the library, as an administrator does."""
    services.library_installer.install(io.BytesIO(package or toy_package()), name="jouet.h5p", origin="jouet.h5p")


def store_toy(services: Services, package: bytes | None = None) -> int:
    """Store the question, as a teacher does; its revision."""
    return services.importer.store_package(io.BytesIO(package or toy_package()), name="jouet.h5p")


def bring(tool: ToolServer) -> None:
    """Install the library in a tool that is not started yet, and store the question."""
    settings = Settings(base_url=tool.base_url, data_dir=tool.folder, database_url=tool.settings["TRAAM_DATABASE_URL"])
    services = make_services(settings)
    install_toy(services)
    store_toy(services)
    services.database.engine.dispose()
