"""How many sets of twenty questions are built in a second, params alone and whole packages.

    .venv/bin/python bench/h5p_build.py

At least 300 packages a second must be made on one core.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable

from h5p_exports.build import Answer, Draft, Gap, assemble, blanks, build_package, multichoice, question_set, true_false
from h5p_exports.profiles import load_profile

QUESTIONS = 20
RUNS, ROUNDS = 60, 5
LEAST = 300
PROFILE = load_profile("moodle-5.1")


def _set() -> Draft:
    """Twenty questions of three types, built from nothing."""
    questions = []
    for number in range(QUESTIONS):
        if number % 4 == 0:
            questions.append(true_false(f"<p>{number} est pair.</p>", correct=number % 2 == 0))
        elif number % 4 == 1:
            questions.append(blanks("<p>Complète.</p>", [[f"<p>{number} + 1 = ", Gap((str(number + 1),)), "</p>"]]))
        else:
            answers = [Answer(f"<div>{number + offset}</div>", correct=offset == 1) for offset in range(4)]
            questions.append(multichoice(f"<p>Qui suit {number} ?</p>", answers))
    return question_set("Nombres", questions)


def _params() -> None:
    assemble(_set(), profile=PROFILE)


def _package() -> None:
    build_package(_set(), io.BytesIO(), profile=PROFILE)


def _rate(work: Callable[[], None]) -> float:
    """The best of a few rounds, a second of the processor."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(RUNS):
            work()
        best = min(best, time.process_time() - start)
    return RUNS / best


def main() -> int:
    """Print the rates; 1 when packages take too long."""
    params, packages = _rate(_params), _rate(_package)
    sys.stdout.write(
        f"sets of {QUESTIONS} questions, params   {params:8.0f} a second\n"
        f"sets of {QUESTIONS} questions, packages {packages:8.0f} a second   (at least {LEAST})\n"
    )
    return 0 if packages >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
