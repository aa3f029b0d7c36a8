"""The names that authors give to types and settings, in French and in English, without accents."""

from __future__ import annotations

_KIND_NAMES = {
    "multichoice": ("choix", "qcm", "choix-multiple"),
    "true-false": ("vrai-faux", "vrai-ou-faux"),
    "blanks": ("trous", "texte-a-trous"),
    "drag-text": ("glisser-mots", "mots-a-glisser"),
    "mark-the-words": ("marquer-mots", "mots-a-marquer", "marquer"),
    "single-choice-set": ("choix-rapides", "questions-rapides"),
    "summary": ("resume",),
    "sort-paragraphs": ("ordre", "remettre-dans-l-ordre"),
    "drag-question": ("glisser", "glisser-deposer"),
    "essay": ("redaction",),
    "flashcards": ("cartes-reponse", "cartes-reponses"),
    "dialog-cards": ("cartes", "cartes-a-retourner"),
    "image-hotspots": ("points", "image-cliquable"),
    "accordion": ("accordeon",),
    "audio": ("son",),
    "text": ("texte",),
    "image": ("photo",),
    "question-set": ("serie", "questionnaire"),
    "column": ("page",),
    "book": ("livre", "interactive-book"),
}
_OPTION_NAMES = {
    "type": (),
    "title": ("titre",),
    "language": ("langue",),
    "license": ("licence",),
    "authors": ("auteurs", "auteur", "autrices", "autrice", "auteurices", "author"),
    "source": (),
    "year": ("annee", "annees", "years"),
    "image": (),
    "alt": ("texte-de-remplacement", "description-de-l-image"),
    "instruction": ("consigne",),
    "retry": ("reessayer",),
    "solution": (),
    "shuffle": ("melanger",),
    "all-or-nothing": ("tout-ou-rien",),
    "single": ("une-seule-reponse",),
    "pass": ("seuil",),
    "case": ("majuscules",),
    "spelling": ("fautes-de-frappe", "fautes"),
    "distractors": ("intrus",),
    "instant": ("correction-immediate",),
    "penalties": ("penalites",),
    "minimum": (),
    "maximum": (),
    "lines": ("lignes",),
    "by-position": ("par-position",),
    "repetition": (),
    "file": ("fichier",),
    "draw": ("tirage",),
    "forward-only": ("sans-retour",),
    "introduction": (),
    "cover": ("couverture",),
}


def _by_name(names: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {name: key for key, others in names.items() for name in (key, *others)}


KINDS = _by_name(_KIND_NAMES)
"""Kinds by every name that they have."""

OPTIONS = _by_name(_OPTION_NAMES)
"""Settings by every name that they have."""
