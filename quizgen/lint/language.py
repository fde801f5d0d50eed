"""Words: how texts are taken apart for comparison, and what the rules know of each language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{2,}"
)
"""Runs of scripts that put no spaces between words."""


@dataclass(frozen=True)
class Language:
    """What the rules know of a language.

    `stop` are the words that carry no content of their own; `negative`, `combined` (an option that
    speaks of other options) and `absolute` are patterns over plain text, case folded.
    """

    stop: frozenset[str]
    negative: re.Pattern[str]
    combined: re.Pattern[str]
    absolute: re.Pattern[str]


def _language(stop: str, negative: str, combined: str, absolute: str) -> Language:
    return Language(
        stop=frozenset(stop.split()),
        negative=re.compile(negative),
        combined=re.compile(combined),
        absolute=re.compile(absolute),
    )


_LETTER = r"\(?[a-h1-8]\)?"

LANGUAGES: Mapping[str, Language] = {
    "en": _language(
        """
        a about above across after choose chosen again against all along also although among an and
        another any are around as at be became because become been before being below
        between both but by came can could did do does doing done down during each
        either else every few for from further had has have having he her here hers him
        his how however i if in into is it its itself just less like made make many may
        me might mine more most much must my neither no nor not of off on once one only
        onto or other our ours out over own per same shall she should since so some such
        take than that the their theirs them then there therefore these they this those
        though through thus till to too toward towards under until up upon us very via
        was we were what when where whether which while who whom whose why will with
        within without would yet you your s t d ll re ve m answer answers correct essay
        following question statement true false according name named option describe
        describes best called
        """,
        r"\b(?:not(?! only\b)|except|never|(?<!at )least|neither|nor|cannot|[a-z]+n['’]t)\b",
        r"^(?:all|none|any|both|neither|either|some|two) ?(?:of )?(?:the )?"
        r"(?:(?:above|preceding|foregoing|(?:other )?(?:options|answers|choices|statements))\b.*"
        r"|rest|others?|these|those|them)$"
        rf"|^(?:both |neither |either |only )?{_LETTER}(?:, ?{_LETTER})*,? ?(?:and|or|nor|&)"
        rf" ?{_LETTER}(?: only| both)?$"
        r"|^(?:all|none|both|neither)(?: (?:is|are))?"
        r" (?:correct|right|true|wrong|false|incorrect)$",
        r"\b(?:always|never|all|none|every|everyone|everything|nobody|nothing|only|completely"
        r"|entirely|totally|absolutely|impossible|must|often|sometimes|usually|frequently|rarely"
        r"|generally|probably)\b",
    ),
    "de": _language(
        """
        aber alle als also am an auch auf aus bei beim bis da das dass dem den denn der
        des die dies diese dieser dieses doch dort durch ein eine einem einen einer
        eines er es für gegen hat hatte im in ist ja jede jeder jedes kein keine mit
        nach nicht noch nur ob oder ohne seit sein seine sich sie sind so über um und
        unter vom von vor war waren was welche welcher welches wenn wer werden wie wird
        wo wurde zu zum zur zwischen frage antwort folgende
        """,
        r"\b(?:nicht(?! nur\b)|kein\w*|außer|niemals|nie)\b",
        r"^(?:alle|keine[rs]?|beide|jede[rs]?)(?: der| die)? ?"
        r"(?:genannten|obigen|oben genannten|antworten|aussagen|vorstehenden|davon)\b.*$"
        rf"|^(?:sowohl |weder |nur )?{_LETTER} ?(?:und|oder|als auch|noch) ?{_LETTER}$",
        r"\b(?:immer|nie|niemals|alle|jede[rs]?|nur|ausschließlich|völlig|oft|meist|manchmal)\b",
    ),
    "fr": _language(
        """
        à au aux avec ce ces cet cette comme dans de des donc dont du elle en entre est
        et eu il ils je la le les leur leurs lui mais me même ne nous on ou où par pas
        plus pour qu que quel quelle quels quelles qui sa se ses si son sont sous sur un
        une vers vous l d c n s j m t question réponse suivante suivantes
        """,
        r"\b(?:(?:n['’]|ne\b).{0,40}?\b(?:pas(?! seulement)|jamais|aucun\w*)"
        r"|sauf|excepté|hormis)\b",
        r"^(?:toutes?|tous|aucune?|les deux)(?: (?:les|des|de))? ?(?:ces )?"
        r"(?:réponses?|options?|propositions?|précédent\w*|ci-dessus)\b.*$"
        rf"|^(?:à la fois |ni |seulement )?{_LETTER} ?(?:et|ou|ni) ?{_LETTER}$",
        r"\b(?:toujours|jamais|tous|toutes|aucune?|seulement|uniquement|souvent|parfois)\b",
    ),
    "es": _language(
        """
        a al ante como con contra cual cuál cuáles de del desde donde dónde durante e el
        ella ellos en entre era es esta este esto fue ha hacia hasta la las le les lo
        los más me mi muy ni no o para pero por porque qué que quien quién se según ser
        si sin sobre son su sus también un una uno y ya pregunta respuesta siguiente
        siguientes
        """,
        r"\b(?:no(?! s[oó]lo\b)|nunca|jamás|excepto|salvo)\b",
        r"^(?:todas?|todos|ninguna?|ambas?|ambos)(?: (?:las|los|de las|de los))? ?"
        r"(?:respuestas?|opciones?|anteriores?)\b.*$"
        rf"|^(?:tanto |ni |sólo |solo )?{_LETTER} ?(?:y|o|como|ni) ?{_LETTER}$",
        r"\b(?:siempre|nunca|todos?|todas?|ninguna?|sólo|solamente|únicamente|a menudo|a veces)\b",
    ),
    "ru": _language(
        """
        а без бы был была были было в во вот все для до его ее если есть же за и из или
        их к как какая какие какой какое когда кто ли между на над не него но о об
        однако он она они оно от по под при с со так также то того той только у чего чем
        что чтобы эта эти это этот вопрос ответ следующих
        """,
        r"\b(?:не(?! только\b)|кроме|никогда|исключением)\b",
        r"^(?:все|вс[её]|ни одно|ни один|оба|обе|ничего)\b.*"
        r"(?:вышеперечисленн\w*|перечисленн\w*|вариант\w*|ответ\w*|верн\w*|из них)\b.*$",
        r"\b(?:всегда|никогда|все|каждый|только|исключительно|часто|иногда|обычно)\b",
    ),
    "zh": _language(
        """
        的 是 在 了 和 与 或 哪 什么 哪个 下列
        """,
        r"不是|不属于|不包括|没有|除了|除.{1,12}[之以]?外|从未|从不",
        r"^(?:以上|上述)(?:都|皆|全|均|各项)?.*(?:对|是|错|不是|正确)$|^(?:都|全)(?:对|错|是|不是)$",
        r"总是|从不|所有|全部|完全|只有|经常|有时|通常",
    ),
}
"""What is known, by the first part of a language's tag."""


def known(tag: str) -> Language | None:
    """What is known of the language of a tag, or None."""
    return LANGUAGES.get(primary(tag))


def primary(tag: str) -> str:
    """The language of a tag without its script and region: `en` of `en-GB`."""
    return tag.split("-", maxsplit=1)[0].lower()


def fold(text: str) -> str:
    """A text for comparison: case and compatibility forms (NFKC) make no difference."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def tokens(text: str) -> list[str]:
    """The words of a folded text; where a script has no spaces, each two letters that touch."""
    found = _WORD.findall(text)
    if text.isascii() or not _UNSPACED.search(text):
        return found
    pairs: list[str] = []
    for word in found:
        run = _UNSPACED.search(word)
        pairs += [a + b for a, b in pairwise(word)] if run else [word]
    return pairs


_CAPITAL = re.compile(r"\b(?:US|IT|WHO|[B-HJ-Z]|(?<=\w )[AI])\b(?!['’])")
"""What carries content in capitals alone: the US, "the symbol C", "the letter A"."""


class Words:
    """Texts of one language to sets of content words, each word brought to its stem once."""

    def __init__(self, tag: str) -> None:
        language = known(tag)
        self._stop = language.stop if language else frozenset[str]()
        self._english = primary(tag) == "en"
        self._stems: dict[str, str] = {}

    def take_apart(self, text: str) -> tuple[list[str], frozenset[str]]:
        """The folded words of a text in order, and the stems of those that carry content."""
        found = tokens(fold(text))
        stems = self._stems
        content = set(_CAPITAL.findall(text))
        for word in found:
            stem = stems.get(word)
            if stem is None:
                stem = stems[word] = self._stem(word)
            if stem:
                content.add(stem)
        return found, frozenset(content)

    def _stem(self, word: str) -> str:
        if word in self._stop or (len(word) == 1 and not word.isdigit()):
            return ""
        if not self._english:
            return word
        return _NUMBERS.get(word) or english_stem(word)


_NUMBERS = {
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
}

_ENDINGS = """
    isations izations isation ization ments ment nesses ness ities ity ists ist isms
    ism ising izing ised ized ises izes ise ize ions ion ives ive ances ance ences ence ants ant
    ents ent ically ical ally ics ic ings ing ied ies ed ers er ors or ly als al ful es s e y
"""
_BY_LENGTH = [
    # "information" is of "inform", but "mediation" of "mediate".
    *(("ations", 6), ("ation", 6)),
    *((ending, 4) for ending in sorted(_ENDINGS.split(), key=len, reverse=True)),
]


def english_stem(word: str) -> str:
    """The word without its ending, if enough of it remains.

    Light: it joins most forms of a word, and only seldom two words.
    """
    for ending, least in _BY_LENGTH:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word
