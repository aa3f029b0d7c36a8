"""How many H5P answers a second are scored on one core, by content type.

    .venv/bin/python bench/h5p_scoring.py

Every answer is read from its params, as `traam h5p score` does; the best of a few runs is printed, in time of the
processor. MultiChoice must not fall under 20,000 a second.
"""

from __future__ import annotations

import sys
import time

from h5p_exports.scoring import score_line

Line = dict[str, object]

SECONDS_A_RUN = 0.2
RUNS = 3
LEAST_MULTI_CHOICE = 20_000


def _question(library: str, params: object, response: object, children: object = None) -> Line:
    return {"library": library, "params": params, "response": response, "children": children}


def _inside(line: Line, identifier: str) -> tuple[Line, Line]:
    """A content inside another one, and its answer."""
    content: Line = {"library": line["library"], "params": line["params"], "subContentId": identifier}
    return content, {"subContentId": identifier, "response": line["response"], "children": line["children"]}


def _lines() -> list[Line]:
    answers = [
        {"text": f"<div>Réponse {index}</div>", "correct": right}
        for index, right in enumerate([True, True, False, False])
    ]
    multi_choice = _question(
        "H5P.MultiChoice 1.16",
        {"question": "<p>Lesquelles ?</p>", "answers": answers, "behaviour": {"singlePoint": False}},
        "0[,]2",
    )
    true_false = _question("H5P.TrueFalse 1.8", {"question": "<p>Vrai ?</p>", "correct": "true"}, "true")
    blanks = _question(
        "H5P.Blanks 1.14",
        {"questions": ["<p>La *Seine/la Seine:un fleuve* traverse *Paris* et *Rouen*.</p>"]},
        "Seine[,]Paris[,]Lyon",
    )
    drag_text = _question(
        "H5P.DragText 1.10",
        {"textField": "Le *chat* mange la *souris:un rongeur*.\nIl *dort*.", "distractors": "*chien* *loup*"},
        "chat[,]loup[,]dort",
    )
    mark = _question(
        "H5P.MarkTheWords 1.11",
        {"textField": "<p>Le *chat* mange la *souris*, puis il *dort* sur le <em>canapé</em> jusqu’au soir.</p>"},
        "1[,]4[,]5",
    )
    elements = [{"dropZones": ["0", "1", "2"]} for _ in range(5)]
    zones = [{"correctElements": [str(index)]} for index in range(3)]
    drag_question = _question(
        "H5P.DragQuestion 1.14",
        {"question": {"task": {"elements": elements, "dropZones": zones}}},
        "0[.]0[,]1[.]2[,]2[.]1",
    )
    sort = _question(
        "H5P.SortParagraphs 0.12", {"paragraphs": [f"<p>{n}</p>" for n in range(6)]}, "0[,]1[,]3[,]2[,]4[,]5"
    )
    choices = _question(
        "H5P.SingleChoiceSet 1.11",
        {"choices": [{"question": "?", "answers": ["a", "b", "c"]} for _ in range(5)]},
        None,
        [{"response": str(index % 2)} for index in range(5)],
    )
    summary = _question(
        "H5P.Summary 1.10",
        {"summaries": [{"summary": ["a", "b", "c"]} for _ in range(5)]},
        None,
        [{"response": "1[,]0"} for _ in range(5)],
    )
    cards = _question(
        "H5P.Flashcards 1.5",
        {"cards": [{"text": "?", "answer": "oui/si"} for _ in range(5)]},
        "oui[,]si[,]non[,]oui[,]",
    )
    options = {"points": 1, "occurrences": 2, "forgiveMistakes": True}
    essay = _question(
        "H5P.Essay 1.5",
        {"keywords": [{"keyword": word, "options": options} for word in ("photosynthèse", "lumi*", "/dioxy\\w+/")]},
        "La fotosynthèse permet aux plantes de fabriquer de la matière grâce à la lumière et au dioxyde de carbone. "
        * 5,
    )
    questions = [multi_choice, true_false, blanks, drag_text, mark, drag_question]
    contents, children = zip(*(_inside(line, str(index)) for index, line in enumerate(questions)), strict=True)
    question_set = _question("H5P.QuestionSet 1.20", {"questions": [*contents]}, None, [*children])
    column = _question(
        "H5P.Column 1.18", {"content": [{"content": content} for content in contents]}, None, [*children]
    )
    return [*questions, sort, choices, summary, cards, essay, question_set, column]


def _rate(line: Line) -> float:
    best = 0.0
    for _ in range(RUNS):
        count, start = 0, time.process_time()
        while (elapsed := time.process_time() - start) < SECONDS_A_RUN:
            for _ in range(20):
                score_line(line)
            count += 20
        best = max(best, count / elapsed)
    return best


def main() -> int:
    """Print a line for each type; the exit status is 1 where MultiChoice is too slow."""
    slow = False
    for line in _lines():
        library = str(line["library"])
        result = score_line(line)
        if "error" in result:
            raise SystemExit(f"{library}: {result['error']}")
        rate = _rate(line)
        slow |= library.startswith("H5P.MultiChoice ") and rate < LEAST_MULTI_CHOICE
        sys.stdout.write(f"{library:<24} {rate:>10,.0f} answers/s\n")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
