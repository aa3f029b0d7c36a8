"""One draft of every type that is built, with its pictures and sounds, and what answers it in full."""

from __future__ import annotations

from h5p_exports.build import (
    Answer,
    Card,
    Cover,
    DialogCard,
    Draft,
    DragZone,
    Feedback,
    Gap,
    Group,
    Hotspot,
    Keyword,
    Options,
    Picture,
    accordion,
    advanced_text,
    audio,
    blanks,
    column,
    dialog_cards,
    drag_question,
    drag_text,
    essay,
    flashcards,
    image,
    image_hotspots,
    interactive_book,
    mark_the_words,
    multichoice,
    question_set,
    single_choice_set,
    sort_paragraphs,
    summary,
    text,
    true_false,
)

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x01\x08\x06\0\0\0\xf4\x22\x7f\x8a\0\0\0\x0bIDATx\x9cc\xf8\x0f\x04\0"
    b"\x0b\xf3\x03\xfd\0\0\0\0IEND\xaeB`\x82"
)
MEDIA = {"images/carte.png": PNG, "audios/son.mp3": b"ID3\x03"}
CARTE = Picture("images/carte.png", alt="Carte de l’Afrique", width=620, height=400)

CAPITALS = multichoice(
    "<p>Quelles villes sont des capitales ?</p>",
    [
        Answer("Dakar", correct=True, tip="<p>Au bord de l’océan</p>", chosen="Oui !", not_chosen="Et Dakar ?"),
        Answer("Bamako", correct=True),
        Answer("Casablanca", chosen="C’est Rabat."),
    ],
    options=Options(image=CARTE, feedback=(Feedback(0, 99, "Revois la carte."), Feedback(100, 100, "Bravo !"))),
)
RIVER = true_false("<p>Le Nil se jette dans la Méditerranée.</p>", correct=True, on_correct="Oui.", on_wrong="Si !")
WATER = blanks(
    "<p>Complète.</p>",
    [
        ["<p>L’eau bout à ", Gap(("100", "cent"), tip="En °C : un nombre"), " °C ; 2*3 font ", Gap(("6",)), ".</p>"],
        ["<p>Il part à ", Gap(("10:30", "10h30")), ", à ", Gap(("1/2",)), " plein.</p>"],
    ],
)
PROVERB = drag_text(
    "<p>Place les mots.</p>",
    [
        "Qui va ",
        Gap(("à la chasse",), tip="loisir", on_correct="Oui", on_wrong="Non"),
        "\nperd ",
        Gap(("sa place",)),
    ],
    distractors=("son temps", "5 * 3 : quinze"),
)
VERBS = mark_the_words("<p>Marque les verbes.</p>", ["<p>Le chat ", Gap(("dort",)), " et ", Gap(("rêve",)), ".</p>"])
QUICK = single_choice_set([Group(("Paris", "Lyon"), question="Capitale ?"), Group(("4", "5", "6"), question="2 + 2 ?")])
SUM_UP = summary("<p>Choisis.</p>", [Group(("Vrai", "Faux"), tip="Le premier"), Group(("Oui", "Non"))])
STEPS = sort_paragraphs("<p>Remets dans l’ordre.</p>", ["<p>Un</p>", "<p>Deux</p>", "<p>Trois</p>"])
ANIMALS = drag_question(
    "Range les animaux",
    [DragZone("Mammifères", ("<p>Chat</p>", CARTE)), DragZone("Oiseaux", ("<p>Moineau</p>",), tip="Ils volent")],
    distractors=("<p>Fourmi</p>",),
)
PLANTS = essay(
    "<p>Explique.</p>",
    [Keyword("photosynthèse", ("photo synthèse",), points=2), Keyword("lumière")],
    sample="<p>La lumière…</p>",
)
WORDS = flashcards("Traduis", [Card("cat", ("chat", "le/la chat(te)"), image=CARTE), Card("dog", ("chien",))])
TURN = dialog_cards([DialogCard("<p>1515</p>", "<p>Marignan</p>", "Une date", audio="audios/son.mp3", image=CARTE)])
MAP = image_hotspots(CARTE, [Hotspot(12.5, 40, "Dakar", (text("<p>Capitale du Sénégal</p>"),))])
UNFOLD = accordion([("Le climat", "<p>Chaud.</p>"), ("Le relief", "<p>Plat.</p>")])
SOUND = audio(["audios/son.mp3"], title="Le son du vent")

SERIES = question_set(
    "Révisions", [CAPITALS, RIVER, WATER, PROVERB, VERBS, ANIMALS, PLANTS], introduction="<p>Prêts ?</p>"
)
PAGE = column(
    "Une page",
    [advanced_text("<p>Lis.</p>"), image(CARTE), SOUND, CAPITALS, CAPITALS, QUICK, SUM_UP, UNFOLD, TURN, MAP, SERIES],
)
BOOK = interactive_book("Un livre", [PAGE, column("Deux", [RIVER])], cover=Cover("<p>Bonjour</p>", CARTE))

DRAFTS: dict[str, Draft] = {
    "MultiChoice": CAPITALS,
    "TrueFalse": RIVER,
    "Blanks": WATER,
    "DragText": PROVERB,
    "MarkTheWords": VERBS,
    "SingleChoiceSet": QUICK,
    "Summary": SUM_UP,
    "SortParagraphs": STEPS,
    "DragQuestion": ANIMALS,
    "Essay": PLANTS,
    "Flashcards": WORDS,
    "Dialogcards": TURN,
    "ImageHotspots": MAP,
    "Accordion": UNFOLD,
    "Audio": SOUND,
    "Image": image(CARTE),
    "AdvancedText": advanced_text("<p>Lis.</p>"),
    "Text": text("<p>Lis.</p>"),
    "QuestionSet": SERIES,
    "Column": PAGE,
    "InteractiveBook": BOOK,
}

RESPONSES = {
    "MultiChoice": "0[,]1",
    "TrueFalse": "true",
    "Blanks": "cent[,]6[,]10h30[,]1/2",
    "DragText": "à la chasse[,]sa place",
    "MarkTheWords": "2[,]4",
    "SortParagraphs": "0[,]1[,]2",
    "DragQuestion": "0[.]0[,]0[.]1[,]1[.]2",
    "Essay": "La photosynthèse demande de la lumière .",
    "Flashcards": "le/la chat(te)[,]chien",
}
"""Full marks, by type, where one text answers the whole."""
