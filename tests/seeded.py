"""Flaws planted into clean questions, to count what the rules find and what they find in vain.

`python -m tests.seeded` prints the table of the README. All of it is drawn from fixed seeds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from quizgen.bank import load
from quizgen.lint.document import Document, Paragraph
from quizgen.lint.review import Advice, review
from quizgen.lint.rules import ALL_RULES, RULE_CODES
from quizgen.model import (
    Accepted,
    Bank,
    Choice,
    Citation,
    Cloze,
    Difficulty,
    Flashcard,
    Gap,
    GapText,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Ordering,
    Question,
    ShortAnswer,
    Source,
    Text,
    TrueFalse,
)
from quizgen.problems import Severity, Span

PLANTED = 200
CLEAN = 1000
CLEAN_BANKS = 200
BANK_SIZE = 40

HERE = Span("seeded.yaml", 1, 1)
ESSAY = Source("essay", "An essay")

# Clean questions: facts in tables, asked in many ways.

ELEMENTS = """
hydrogen H helium He lithium Li boron B carbon C nitrogen N oxygen O fluorine F neon Ne sodium Na
magnesium Mg silicon Si phosphorus P sulphur S chlorine Cl argon Ar potassium K calcium Ca titanium
Ti vanadium V chromium Cr manganese Mn iron Fe cobalt Co nickel Ni copper Cu zinc Zn gallium Ga
arsenic As selenium Se bromine Br krypton Kr rubidium Rb yttrium Y zirconium Zr niobium Nb silver Ag
cadmium Cd indium In tin Sn antimony Sb iodine I xenon Xe barium Ba tungsten W platinum Pt gold Au
mercury Hg lead Pb radon Rn radium Ra uranium U
""".split()
SYMBOLS = dict(zip(ELEMENTS[::2], ELEMENTS[1::2], strict=True))
NUMBERS = dict(
    zip(
        SYMBOLS,
        (
            *(
                1,
                2,
                3,
                5,
                6,
                7,
                8,
                9,
                10,
                11,
                12,
                14,
                15,
                16,
                17,
                18,
                19,
                20,
                22,
                23,
                24,
                25,
                26,
                27,
            ),
            *(
                28,
                29,
                30,
                31,
                33,
                34,
                35,
                36,
                37,
                39,
                40,
                41,
                47,
                48,
                49,
                50,
                51,
                53,
                54,
                56,
                74,
                78,
            ),
            *(79, 80, 82, 86, 88, 92),
        ),
        strict=True,
    )
)
MONEY = """
Albania Lek; Algeria Dinar; Angola Kwanza; Argentina Peso; Armenia Dram; Australia Dollar;
Azerbaijan Manat; Bangladesh Taka; Belarus Rouble; Bhutan Ngultrum; Bolivia Boliviano; Botswana Pula;
Brazil Real; Bulgaria Lev; Cambodia Riel; Cameroon Franc; Canada Dollar; Chile Peso; Costa Rica Colón;
Denmark Krone; Egypt Pound; Eritrea Nakfa; Eswatini Lilangeni; Ethiopia Birr; France Euro; Gambia
Dalasi; Georgia Lari; Germany Euro; Ghana Cedi; Guatemala Quetzal; Guinea Franc; Haiti Gourde; Honduras
Lempira; Hungary Forint; India Rupee; Indonesia Rupiah; Israel Shekel; Italy Euro; Japan Yen; Kazakhstan
Tenge; Kenya Shilling; Kuwait Dinar; Kyrgyzstan Som; Laos Kip; Lesotho Loti; Malawi Kwacha; Malaysia
Ringgit; Maldives Rufiyaa; Mauritania Ouguiya; Mexico Peso; Moldova Leu; Mongolia Tögrög; Morocco Dirham;
Mozambique Metical; Myanmar Kyat; Nepal Rupee; Nicaragua Córdoba; Nigeria Naira; Norway Krone; Oman Rial;
Pakistan Rupee; Panama Balboa; Paraguay Guaraní; Peru Sol; Poland Złoty; Qatar Riyal; Russia Rouble;
Samoa Tala; Serbia Dinar; Singapore Dollar; Spain Euro; Sudan Pound; Sweden Krona; Switzerland Franc;
Tajikistan Somoni; Thailand Baht; Tonga Paʻanga; Tunisia Dinar; Turkey Lira; Ukraine Hryvnia; Uruguay
Peso; Uzbekistan Soum; Vanuatu Vatu; Venezuela Bolívar; Vietnam Đồng; Zambia Kwacha
"""
CURRENCIES = dict(" ".join(row.split()).rsplit(" ", 1) for row in MONEY.split(";"))


def text(source: str) -> Text:
    return Text(source, HERE)


def choice(source: str, feedback: str | None = "That is why.") -> Choice:
    return Choice(text(source), text(feedback) if feedback else None)


def clean_questions(rng: Random, count: int) -> list[Question]:
    """Questions without a flaw, of most types, no two alike."""
    makers = (_currency, _symbol, _number, _product, _card, _gap, _multiples, _pairs, _order)
    found: dict[str, Question] = {}
    for attempt in range(100 * count):
        question = makers[attempt % len(makers)](rng)
        found.setdefault(question.id, question)
        if len(found) == count:
            return list(found.values())
    raise AssertionError("the tables hold no more questions")


def _common(rng: Random, name: str) -> dict[str, object]:
    return {
        "id": name,
        "span": HERE,
        "difficulty": rng.choice(list(Difficulty)),
        "feedback": text("So the tables have it."),
        "cite": (Citation(ESSAY, "¶1", HERE),),
    }


def _currency(rng: Random) -> Question:
    # All four are drawn alike, so that a key looks like any other option.
    key, *others = rng.sample(sorted(set(CURRENCIES.values())), 4)
    territory = rng.choice([name for name in sorted(CURRENCIES) if CURRENCIES[name] == key])
    return MultipleChoice(
        **_common(rng, f"currency-{territory}".replace(" ", "-")),
        prompt=text(f"With which money do people in {territory} pay?"),
        answer=choice(key),
        distractors=tuple(map(choice, others)),
    )


def _symbol(rng: Random) -> Question:
    name = rng.choice(sorted(SYMBOLS))
    key, *others = (name, *rng.sample(sorted(set(SYMBOLS) - {name}), 3))
    ask, key, others = rng.choice(
        [
            (f"Which element has the symbol {SYMBOLS[name]}?", key, others),
            (f"What is the symbol of {name}?", SYMBOLS[key], [SYMBOLS[each] for each in others]),
        ]
    )
    return MultipleChoice(
        **_common(rng, f"symbol-{key}"),
        prompt=text(ask),
        answer=choice(key),
        distractors=tuple(map(choice, others)),
    )


def _number(rng: Random) -> Question:
    if rng.random() < 0.4:
        name = rng.choice(sorted(NUMBERS))
        return Numeric(
            **_common(rng, f"number-{name}"),
            prompt=text(f"What is the atomic number of {name}?"),
            answer=Decimal(NUMBERS[name]),
        )
    a, b = rng.randint(12, 99), rng.randint(12, 99)
    return Numeric(
        **_common(rng, f"product-{a}-{b}"),
        prompt=text(f"What is {a} times {b}?"),
        answer=Decimal(a * b),
    )


def _product(rng: Random) -> Question:
    a, b = rng.randint(12, 99), rng.randint(12, 99)
    right = rng.random() < 0.5
    return TrueFalse(
        **_common(rng, f"verdict-{a}-{b}"),
        prompt=text(f"{a} times {b} is {a * b if right else a * b + rng.randint(1, 9)}."),
        answer=right,
    )


def _card(rng: Random) -> Question:
    if rng.random() < 0.4:
        name = rng.choice(sorted(NUMBERS))
        front, back = f"Element with the atomic number {NUMBERS[name]}", name
        return Flashcard(**_common(rng, f"card-{name}"), front=text(front), back=text(back))
    territory = rng.choice(sorted(CURRENCIES))
    return Flashcard(
        **_common(rng, f"card-{territory}".replace(" ", "-")),
        front=text(f"Money of {territory}"),
        back=text(CURRENCIES[territory]),
    )


def _gap(rng: Random) -> Question:
    name = rng.choice(sorted(SYMBOLS))
    before, after = rng.choice(
        [
            ("The element ", f" has the symbol {SYMBOLS[name]}."),
            (f"{SYMBOLS[name]} stands for ", "."),
        ]
    )
    pieces = (before, Gap((name,), None, 1), after)
    return Cloze(
        **_common(rng, f"gap-{name}-{len(before)}"),
        text=GapText(f"{before}{{{{{name}}}}}{after}", HERE, pieces),
    )


def _multiples(rng: Random) -> Question:
    factor, start = rng.randint(6, 30), rng.randint(2, 40)
    keys = [factor * (start + each) for each in range(rng.randint(2, 3))]
    others = [key + rng.randint(1, factor - 1) for key in keys]
    return MultipleResponse(
        **_common(rng, f"multiples-{factor}-{start}"),
        prompt=text(f"Which of these can be divided by {factor}?"),
        answers=tuple(choice(str(key)) for key in keys),
        distractors=tuple(choice(str(other)) for other in dict.fromkeys(others)),
    )


def _pairs(rng: Random) -> Question:
    names = rng.sample(sorted(SYMBOLS), 4)
    return Matching(
        **_common(rng, f"pairs-{'-'.join(names)}"),
        prompt=text("Match each element with its symbol."),
        pairs=tuple((text(name), text(SYMBOLS[name])) for name in names),
    )


def _order(rng: Random) -> Question:
    names = sorted(rng.sample(sorted(NUMBERS), 4), key=NUMBERS.__getitem__)
    return Ordering(
        **_common(rng, f"order-{'-'.join(names)}"),
        prompt=text("Put the elements in the order of their atomic numbers, the least first."),
        items=tuple(map(text, names)),
    )


def bank_of(questions: Sequence[Question], language: str = "en") -> Bank:
    return Bank(
        id="seeded",
        title="Seeded",
        language=language,
        questions=tuple(questions),
        span=HERE,
        sources=(ESSAY,),
    )


# The flaws: each function gives a bank with one flaw of its kind.

Plant = Callable[[Random], Bank]


def _choices() -> list[MultipleChoice]:
    """The multiple-choice questions that flaws are planted into: shipped ones, and made ones."""
    shipped = [each for bank in load() for each in bank.questions]
    made = clean_questions(Random("choices"), 300)
    return [each for each in (*shipped, *made) if isinstance(each, MultipleChoice)]


CHOICES = _choices()


def _among(rng: Random, *flawed: Question) -> Bank:
    """The flawed questions among clean ones."""
    clean = clean_questions(rng, BANK_SIZE)
    place = rng.randint(0, BANK_SIZE)
    return bank_of([*clean[:place], *flawed, *clean[place:]])


def _choice(rng: Random, **changes: object) -> MultipleChoice:
    question = rng.choice(CHOICES)
    return replace(question, id="flawed", cite=(), **changes)


def longest_key(rng: Random) -> Bank:
    question = _choice(rng)
    more = rng.choice(
        [
            ", as the sources agree",
            ", which came first",
            " of the country in question, not of its neighbours",
            " (in the strict sense of the word)",
            ", because nothing else would explain what followed",
            " since the first half of the century",
        ]
    )
    return bank_of([replace(question, answer=choice(question.answer.text.source + more))])


COMBINED = {
    "en": ["All of the above", "None of the above", "None of these", "All of the above are right"],
    "de": [
        "Alle genannten",
        "Keine der genannten Antworten",
        "Alle Antworten",
        "Sowohl A als auch B",
    ],
    "fr": ["Toutes les réponses", "Aucune de ces réponses", "Aucune des propositions", "A et B"],
    "es": ["Todas las anteriores", "Ninguna de las anteriores", "Ambas respuestas", "A y B"],
    "ru": [
        "Все вышеперечисленное",
        "Ни один из вариантов",
        "Все ответы верны",
        "Все перечисленные",
    ],
    "zh": ["以上都对", "以上都不是", "都对", "上述全部正确"],
}


def all_or_none(rng: Random) -> Bank:
    question = _choice(rng)
    language = "en" if rng.random() < 0.6 else rng.choice(sorted(COMBINED))
    a, b = (each.text.source for each in (question.answer, question.distractors[0]))
    options = COMBINED[language]
    if language == "en":
        options = [*options, "Both A and B", "A and C only", f"Both {a} and {b}", f"{a} and {b}"]
    distractors = (*question.distractors[:-1], choice(rng.choice(options)))
    if rng.random() < 0.5:
        distractors = (*question.distractors, distractors[-1])
    return bank_of([replace(question, distractors=distractors)], language)


NEGATIVE = {
    "en": [
        "Which of these is not a {}?",
        "Which of these was never a {}?",
        "All of these are kinds of {} except one. Which?",
        "Which of the following isn't a {}?",
        "Which is least likely to be a {}?",
        "Which of them does not belong to the {}?",
    ],
    "de": ["Was ist kein {}?", "Welches gehört nicht zu {}?"],
    "fr": ["Lequel n’est pas un {} ?", "Tous sont des {} sauf un. Lequel ?"],
    "es": ["¿Cuál no es un {}?", "Todos son {} excepto uno. ¿Cuál?"],
    "ru": ["Что не относится к {}?", "Всё это {}, кроме одного. Чего?"],
    "zh": ["下列哪一个不是{}？", "除了{}以外还有什么？"],
}
NOUNS = "metal river treaty member province currency author vowel prime planet".split()


def negative_prompt(rng: Random) -> Bank:
    language = "en" if rng.random() < 0.6 else rng.choice(sorted(NEGATIVE))
    prompt = rng.choice(NEGATIVE[language]).format(rng.choice(NOUNS))
    return bank_of([_choice(rng, prompt=text(prompt))], language)


def key_in_prompt(rng: Random) -> Bank:
    question = rng.choice(
        [
            _choice(rng),
            *(each for each in clean_questions(rng, 9) if isinstance(each, Flashcard | Cloze)),
        ]
    )
    match question:
        case MultipleChoice(prompt=prompt, answer=answer):
            key = answer.text.source
            asked = rng.choice([f"Think of {key}. {prompt}", f"{prompt} ({key}, for instance.)"])
            return bank_of([replace(question, prompt=text(asked))])
        case Flashcard(front=front, back=back):
            return bank_of([replace(question, front=text(f"{front}: what is {back}?"))])
        case Cloze(text=gapped):
            pieces = (*gapped.pieces, f" That is what {gapped.gaps[0].answers[0]} is.")
            return bank_of([replace(question, text=GapText(gapped.source, HERE, pieces))])
        case _:
            raise AssertionError(question)


def alike_options(rng: Random) -> Bank:
    question = _choice(rng)
    key = rng.choice((question.answer, *question.distractors)).text.source
    wide = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in key)
    forms = {key.upper(), key.lower(), f"{key}.", f"{key} ", wide, f"{key};"} - {key}
    return bank_of(
        [
            replace(
                question,
                distractors=(*question.distractors, choice(rng.choice(sorted(forms)))),
            )
        ]
    )


def article_cue(rng: Random) -> Bank:
    vowels = ["arena", "idea", "office", "agreement", "elephant", "hour", "heir", "umbrella"]
    others = ["bridge", "model", "university", "one-off", "treaty", "river", "European body"]
    prompt = rng.choice(["The essay calls it a{}", "It became a{} …", "This is known as a{}:"])
    an = rng.random() < 0.5
    key = rng.choice(vowels if an else others)
    wrong = rng.sample([each for each in vowels + others if each != key], 3)
    wrong[0] = rng.choice(others if an else vowels)
    return bank_of(
        [
            _choice(
                rng,
                prompt=text(prompt.format("n" if an else "")),
                answer=choice(key),
                distractors=tuple(map(choice, wrong)),
            )
        ]
    )


def uneven_options(rng: Random) -> Bank:
    question = replace(
        _choice(rng),
        answer=choice("Silver and gold"),
        distractors=(choice("Iron and tin"), choice("Copper and zinc"), choice("Lead and salt")),
    )
    key, *others = question.answer, *question.distractors
    kind = rng.randrange(3)
    if kind == 0:
        place = rng.randrange(3)
        others[place] = choice(f"{others[place].text}.")
    elif kind == 1:
        key = choice(key.text.source.lower())
    else:
        others[0] = choice("Any metal that has been found in this province since it was settled")
    return bank_of([replace(question, answer=key, distractors=tuple(others))])


def absolute_word(rng: Random) -> Bank:
    word = rng.choice(["always", "never", "only", "often", "usually", "sometimes", "every"])
    if rng.random() < 0.5:
        question: Question = TrueFalse(
            **_common(rng, "flawed"), prompt=text(f"Trade {word} follows the flag."), answer=False
        )
    else:
        question = _choice(rng)
        assert isinstance(question, MultipleChoice)
        question = replace(question, answer=choice(f"{word.title()} {question.answer.text}"))
    return bank_of([question])


def no_feedback(rng: Random) -> Bank:
    question = rng.choice(clean_questions(rng, 9))
    question = replace(question, id="flawed", feedback=None)
    if isinstance(question, MultipleChoice):
        question = replace(question, answer=choice(question.answer.text.source, None))
    if isinstance(question, MultipleResponse):
        answers = tuple(choice(each.text.source, None) for each in question.answers)
        question = replace(question, answers=answers)
    return bank_of([question])


def no_alt_text(rng: Random) -> Bank:
    image = rng.choice(["![](map.png)", "See ![ ](images/map.png) here.", '![](map.png "A map")'])
    question = _choice(rng)
    if rng.random() < 0.5:
        return bank_of([replace(question, prompt=text(f"{question.prompt} {image}"))])
    return bank_of([replace(question, feedback=text(image))])


WORDS = """
accord balance border candle delta engine forest garden harbour island journal kettle ladder market
needle orchard palace quarry railway saddle tunnel valley window yard anchor basin canal desert
""".split()


def big_card(rng: Random) -> Bank:
    back = " ".join(rng.choice(WORDS) for _ in range(rng.randint(16, 40)))
    return bank_of(
        [Flashcard(**_common(rng, "flawed"), front=text("What is it?"), back=text(back))]
    )


def list_answer(rng: Random) -> Bank:
    parts = rng.sample(WORDS, rng.randint(3, 6))
    back = rng.choice(
        [
            ", ".join(parts),
            "; ".join(parts),
            "\n".join(f"- {part}" for part in parts),
            "\n".join(f"{number}. {part}" for number, part in enumerate(parts, 1)),
            f"{', '.join(parts[:-1])}, and {parts[-1]}",
            "、".join(parts),
        ]
    )
    return bank_of(
        [Flashcard(**_common(rng, "flawed"), front=text("What are they?"), back=text(back))]
    )


ECHOES = [
    ("monsoon", "monsoon"),
    ("reconciliation", "reconciled"),
    ("plateau", "plateau"),
    ("archipelago", "archipelagos"),
    ("irrigation", "irrigated"),
    ("amber", "amber"),
    ("federation", "federations"),
    ("sovereign", "sovereignty"),
    ("caravans", "caravan"),
    ("mediation", "mediating"),
    ("glacier", "glaciers"),
    ("embargo", "embargo"),
]


def prompt_echo(rng: Random) -> Bank:
    question = _choice(rng)
    word, again = rng.choice(ECHOES)
    key = rng.choice([f"{question.answer.text}, {again}", f"{again} {question.answer.text}"])
    prompt = rng.choice([f"In the {word} case: {question.prompt}", f"{question.prompt} ({word})"])
    return _among(rng, replace(question, prompt=text(prompt), answer=choice(key)))


def near_duplicate(rng: Random) -> Bank:
    question = _choice(rng)
    prompt = question.prompt.source
    words = prompt.rstrip("?.").split()
    middle = len(words) // 2
    again = rng.choice(
        [
            f"According to what we know, {prompt[0].lower()}{prompt[1:]}",
            f"{' '.join(words[middle:])}: {' '.join(words[:middle])}?",
            f"{prompt} Choose one.",
            prompt.replace("Which", "What").replace("of these", "of the following"),
            f"**{prompt}**",
        ]
    )
    return _among(rng, question, replace(question, id="again", prompt=text(again)))


def _told(rng: Random, question: MultipleChoice) -> str:
    """A sentence that answers the question."""
    prompt, key = question.prompt.source.rstrip("?. "), question.answer.text.source
    return rng.choice(
        [f"{prompt}: it is {key}.", f"{key}: that is {prompt}.", f"As {key} shows, {prompt}."]
    )


def cross_leak(rng: Random) -> Bank:
    question = _choice(rng)
    statement = TrueFalse(
        **_common(rng, "told"), prompt=text(_told(rng, question)), answer=rng.random() < 0.5
    )
    return _among(rng, question, statement)


def feedback_leak(rng: Random) -> Bank:
    question = _choice(rng)
    other = replace(clean_questions(rng, 1)[0], id="told", feedback=text(_told(rng, question)))
    return _among(rng, question, other)


def two_backs(rng: Random) -> Bank:
    front = f"{rng.choice(WORDS)} {rng.choice(WORDS)}"
    first, second = rng.sample(WORDS, 2)
    again = rng.choice(
        [front, front.upper(), front.title(), f"*{front}*", front.replace(" ", "  ")]
    )
    cards = [
        Flashcard(**_common(rng, "flawed"), front=text(front), back=text(first)),
        Flashcard(**_common(rng, "again"), front=text(again), back=text(second)),
    ]
    if rng.random() < 0.3:
        cards[1] = replace(cards[1], front=text(second), back=text(front), reversed=True)
    return _among(rng, *cards)


def key_position(rng: Random) -> Bank:
    """Most keys in one place: by no drawing, or by numbers that are all larger than the key."""
    questions = []
    for number in range(BANK_SIZE):
        question = replace(rng.choice(CHOICES), id=f"q{number}", cite=())
        while len(question.distractors) != 3:
            question = replace(rng.choice(CHOICES), id=f"q{number}", cite=())
        if rng.random() < 0.75:
            question = replace(question, shuffle=False)
            if rng.random() < 0.5:
                size = rng.randint(10, 99)
                options = [choice(str(size + 3 * each)) for each in range(4)]
                question = replace(question, answer=options[0], distractors=tuple(options[1:]))
        questions.append(question)
    return bank_of(questions)


def true_false_balance(rng: Random) -> Bank:
    share = rng.choice([0.9, 0.1])
    questions = [
        TrueFalse(
            **_common(rng, f"q{number}"),
            prompt=text(f"{rng.choice(WORDS)} {number}"),
            answer=rng.random() < share,
        )
        for number in range(BANK_SIZE)
    ]
    return bank_of(questions)


def guessable(rng: Random) -> Bank:
    """In most questions one look gives the key away, none of them by much."""
    kind = rng.randrange(3)
    questions = []
    for number in range(BANK_SIZE):
        question = replace(rng.choice(CHOICES), id=f"q{number}", cite=())
        if rng.random() < 0.8:
            others = [each.text.source for each in question.distractors]
            if kind == 0:  # the longest
                key = max(others, key=len) + rng.choice([" too", " once", " now", " here"])
            elif kind == 1:  # the shortest
                key = min(others, key=len)[:-1] or "a"
            else:  # what the prompt says
                word = rng.choice(WORDS)
                question = replace(question, prompt=text(f"In the {word}: {question.prompt}"))
                key = f"{question.answer.text} {word}"
            question = replace(question, answer=choice(key))
        questions.append(question)
    return bank_of(questions)


def _lacking(rng: Random, **nothing: object) -> Bank:
    clean = clean_questions(rng, BANK_SIZE)
    place = rng.randrange(BANK_SIZE)
    clean[place] = replace(clean[place], **nothing)
    return bank_of(clean)


def no_option_feedback(rng: Random) -> Bank:
    question = _choice(rng)
    *others, last = question.distractors
    return _among(rng, replace(question, distractors=(*others, choice(last.text.source, None))))


def no_citation(rng: Random) -> Bank:
    return _lacking(rng, cite=())


def no_difficulty(rng: Random) -> Bank:
    return _lacking(rng, difficulty=None)


DOCUMENT = Document(
    "essay.txt",
    tuple(
        Paragraph(f"{' '.join(WORDS[start : start + 7])}.", start + 1)
        for start in range(0, len(WORDS), 7)
    ),
)


def citation_range(rng: Random) -> Bank:
    last = len(DOCUMENT.paragraphs)
    beyond = rng.randint(last + 1, 3 * last)
    locator = rng.choice(
        [f"¶{beyond}", f"¶{last}-{beyond}", "¶0", f"¶{last}–1", f"para. {beyond}", f"¶1, {beyond}"]
    )
    return _lacking(rng, cite=(Citation(ESSAY, locator, HERE),))


def unsupported_key(rng: Random) -> Bank:
    paragraph = rng.randrange(len(DOCUMENT.paragraphs))
    key = rng.choice([word for word in WORDS if word not in DOCUMENT.paragraphs[paragraph].text])
    return bank_of([_short_answer(rng, "flawed", key, f"¶{paragraph + 1}")])


def _short_answer(rng: Random, name: str, key: str, locator: str) -> ShortAnswer:
    form = rng.choice([key, f"the {key}", f"{key}s", key.title()])
    return ShortAnswer(
        **{**_common(rng, name), "cite": (Citation(ESSAY, locator, HERE),)},
        prompt=text("What is it?"),
        answers=(Accepted(text(form)),),
    )


def uncited_paragraph(rng: Random) -> Bank:
    paragraphs = range(1, len(DOCUMENT.paragraphs) + 1)
    left_out = rng.choice(paragraphs)
    clean = clean_questions(rng, BANK_SIZE)
    cited = [number for number in paragraphs if number != left_out]
    return bank_of(
        [
            replace(question, cite=(Citation(ESSAY, f"¶{cited[place % len(cited)]}", HERE),))
            for place, question in enumerate(clean)
        ]
    )


PLANTS: Mapping[str, Plant] = {
    plant.__name__.replace("_", "-"): plant
    for plant in (
        *(longest_key, all_or_none, negative_prompt, key_in_prompt, alike_options, article_cue),
        *(uneven_options, absolute_word, no_feedback, no_alt_text, big_card, list_answer),
        *(prompt_echo, near_duplicate, cross_leak, feedback_leak, two_backs, key_position),
        *(true_false_balance, guessable, no_option_feedback, no_citation, no_difficulty),
        *(citation_range, unsupported_key, uncited_paragraph),
    )
}
WHOLE_BANK = ("key-position", "true-false-balance", "guessable")
"""Rules that look at a bank as a whole: their false alarms are counted by bank."""

ABOUT_CITATIONS = ("citation-range", "unsupported-key", "uncited-paragraph")
"""Rules that need the cited text: their false alarms are counted in questions made with one."""


def codes(banks: Sequence[Bank], *, cited: bool = False) -> list[str]:
    """What every rule finds in banks."""
    documents = {"essay": DOCUMENT} if cited else {}
    return [
        each.code for each in review(banks, Advice(enable=RULE_CODES, documents=documents)).problems
    ]


def found(code: str) -> int:
    """How many of PLANTED flaws a rule finds."""
    rng = Random(code)
    return sum(code in codes([PLANTS[code](rng)], cited=True) for _ in range(PLANTED))


def false_alarms() -> tuple[Counter[str], int, int]:
    """What every rule finds in clean questions, how many they are, and in how many clean banks."""
    shipped = load()
    made = clean_questions(Random("clean"), CLEAN)
    alarms = Counter(codes(shipped))
    alarms.update(code for code in codes([bank_of(made)]) if code not in WHOLE_BANK)
    alarms.update(code for code in codes([_cited_bank()], cited=True) if code in ABOUT_CITATIONS)
    for number in range(CLEAN_BANKS):
        own = codes([bank_of(clean_questions(Random(f"bank {number}"), 2 * BANK_SIZE))])
        alarms.update({code for code in own if code in WHOLE_BANK})
    questions = sum(len(bank.questions) for bank in shipped) + CLEAN
    return alarms, questions, len(shipped) + CLEAN_BANKS


def _cited_bank() -> Bank:
    """Questions whose key stands, in one form or another, in the paragraph that they cite."""
    rng = Random("cited")
    questions = []
    for number in range(CLEAN):
        paragraph = rng.randrange(len(DOCUMENT.paragraphs))
        word = rng.choice(DOCUMENT.paragraphs[paragraph].text.rstrip(".").split())
        questions.append(_short_answer(rng, f"cited-{number}", word, f"¶{paragraph + 1}"))
    return bank_of(questions)


def table() -> list[str]:
    """The README's table of rules."""
    alarms, questions, banks = false_alarms()
    rows = [
        f"| rule | | planted flaws found, of {PLANTED} | false alarms | languages |",
        "| --- | --- | ---: | ---: | --- |",
    ]
    for rule in ALL_RULES:
        grade = "information" if rule.severity is Severity.INFO else "warning"
        grade += "" if rule.default else ", off"
        of = f"{banks} banks" if rule.code in WHOLE_BANK else f"{questions:,}"
        of = f"{CLEAN:,}" if rule.code in ABOUT_CITATIONS else of
        known = ", ".join(rule.languages) or "all"
        rows.append(
            f"| `{rule.code}` | {grade} | {found(rule.code)} | {alarms[rule.code]} of {of} | {known} |"
        )
    return rows


if __name__ == "__main__":
    print("\n".join(table()))
