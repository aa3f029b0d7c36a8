"""The teacher's page of a link."""

from __future__ import annotations

from flask import Blueprint, render_template

from lti_tool.catalogue.service import Catalogue
from lti_tool.db import Database
from lti_tool.errors import NotFound
from lti_tool.gradebook.service import Gradebook
from lti_tool.launches.sessions import LaunchSession
from lti_tool.placements.service import Placements
from lti_tool.placements.views import ChoicePages
from lti_tool.teaching.service import class_of
from lti_tool.web.texts import load_texts


class TeacherPages:
    """Shows the class, or the choice of an activity while there is none."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        placements: Placements,
        gradebook: Gradebook,
        choice: ChoicePages,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._placements = placements
        self._gradebook = gradebook
        self._choice = choice

    def home(self, session: LaunchSession, secret: str) -> str:
        """The class at this link; the first launch of a copied link takes its placement."""
        try:
            with self._database.write() as connection:
                placement = self._placements.of_link(connection, session.link_id)
                # Where nothing was placed until now, nobody has worked.
                lines = class_of(connection, session, self._gradebook) if placement else []
                placement = placement or self._placements.copy_model(connection, session)
        except NotFound:
            return self._choice.choose(session, secret, lost=True)
        if placement is None:
            return self._choice.choose(session, secret)
        revision = self._catalogue.revision(placement.revision_id)
        return render_template(
            "teaching/class.html",
            session=session,
            secret=secret,
            activity=revision,
            placement=placement,
            points=placement.points or revision.kind.maximum(revision.settings),
            lines=lines,
            texts=load_texts(),
        )

    def views(self) -> Blueprint:
        """Only the templates: the page is the front page of a session."""
        return Blueprint("teaching", __name__, template_folder="templates")
