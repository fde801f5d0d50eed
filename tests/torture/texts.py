"""Texts that try whatever carries them, drawn from a seed: no two of one drawer are alike."""

from __future__ import annotations

import unicodedata
from itertools import count
from random import Random

from quizgen.source import FORBIDDEN

LONG = 1 << 16
"""The characters of the longest texts: 64 kB of Latin, more of any other script."""

MARKUP = """
<b>x</b>|</p>|<script>alert(1)</script>|<img src=x onerror=alert(1)>|<!-- x -->|<br/>|</textarea>|<|>|a < b > c
]]>|<![CDATA[ x ]]>|]]]]><![CDATA[>|<?xml?>|</text></question></quiz>|&amp;|&lt;b&gt;|&#60;|&#x3c;|&nbsp;|&copy|&|&&amp;
{{x}}|{{c1::x}}|{{c1::x::y}}|{{#Typed}}|{{/Typed}}|{{|}}|{|}|{% raw %}|{# x #}|${x}|{1:SHORTANSWER:=x}|{1:MC:=a~b}|[[1]]|[[type:x]]
$5 and $6|$x$|$$x$$|$|$$|\\(x\\)|\\[x\\]|\\\\(x\\\\)|\\$|\\frac{1}{2}|[latex]x[/latex]|[$]x[/$]|[$$]x[/$$]|[sound:x.mp3]|[anki:play:q:0]
`|``|```|`x`|`` ` ``|~~~|\\|\\\\|\\`|\\*|\\n|C:\\dir\\*.*|"|'|"q"|'q'|“q”|‘q’|„q“|«q»|it's|\\"
*|**|*x*|**x**|_x_|__x__|a_b_c|1 * 2 * 3|# x|## x|#|- x|+ x|* x|1. x|2) x|> x|---|***|===|| x | y ||| - | - ||:-|:-:
[x](y)|[x](javascript:x)|![x](y.png)|[x]: y|<http://x.y>|<x@y.z>|http://x.y|[x][y]|[^1]|- [ ] x|x\n=|x\n-|~x~|==x==|:smile:|^x^
=x|~x|%50%x|#x|a=b~c#d|->|a -> b|::x::|::|:|//|// x|$CATEGORY: x|[html]|[plain]x|[markdown]|[moodle]x|\\=|\\~|\\:|####|%|=%50%x
A) x|A. x|B)|ANSWER: B|ANSWER:|@@PLUGINFILE@@/x.png|@x|@|!x|?|x|y||x||y|±|9.81±0.05|::hint|!|\\!x|\\|x|a|b
yes|No|null|~|1951-05-21|0x1F|1e5|12:30|<<|*alias|&anchor|!tag|%TAG|,|[a, b]|{a: b}|a: b|a #b|- a|? a|...|@|True|0|-0
"""  # fmt: skip
"""Signs of the formats and languages that texts pass through; a `|` is written between pieces."""

PIECES = [piece for line in MARKUP.strip().split("\n") for piece in line.split("|") if piece]
PIECES += ["|", "||", "a|b", "| x | y |", "|:-|:-:|"]

INVISIBLE = [chr(code) for code in (0xAD, 0x34F, 0x61C, 0x180E, 0x200B, 0x200C, 0x200D, 0x2060, 0x2061, 0xFEFF)]  # fmt: skip
BIDIRECTIONAL = [chr(code) for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))]  # fmt: skip
SPACED = ["a\u00a0b", "5\u202fkm", "第\u3000三", "a\u2003b", "a\u2028b", "a\u2029b", "a\x85b", "a\tb", "a  b", "a \n b", "a\n\nb"]  # fmt: skip
EMOJI = ["😀", "👩‍🏫", "👩🏽‍🚀", "🇵🇰🇨🇳", "🏳️‍🌈", "1️⃣", "❤️", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☎︎", "㊗️"]
COMBINED = ["é", "ﬁ", "Å", "ñ", "ế", "각", "ﷺ", "Ⅷ", "İ", "ß", "q\u0307\u0323", "क्षि", "नी", "לָ", "مُحَمَّد"]  # fmt: skip
SCRIPTS = [
    *("铁哥们", "中巴友谊比山高", "第三题：“对”还是“错”？", "𠮷野家", "北京、上海", "（甲）《乙》"),
    *("پاکستان", "چین اور پاکستان کی دوستی", "کیا یہ سچ ہے؟", "۱۹۵۱ء", "ہمالیہ سے بلند، سمندر سے گہری"),
    *("Тоҷикистон", "Ӯ ба Ҷумҳурии Чин рафт", "ғ қ ҳ ҷ ӣ ӯ", "Рӯзи «Наврӯз» — 21-уми март"),
    *("China and Pakistan", "Ünïcödé", "Ελλάδα", "ไทย", "தமிழ்", "አማርኛ", "ᠮᠣᠩᠭᠣᠯ", "אבג"),
]  # fmt: skip

KINDS = (PIECES, PIECES, PIECES, INVISIBLE, BIDIRECTIONAL, SPACED, EMOJI, COMBINED, SCRIPTS)
JOINTS = ("", "", " ", " ", "\n", ", ", "x")


class Drawer:
    """Draws texts. Each holds its number somewhere, by which it is told from the others."""

    def __init__(self, seed: object) -> None:
        self.random = Random(str(seed))
        self.numbers = count(1000)

    def text(self, most: int = 400) -> str:
        """A text of at most so many characters, of several lines at times."""
        random = self.random
        pieces = [self._piece() for _ in range(random.choice((0, 1, 1, 1, 2, 3, 5, 8)))]
        room = most - 5
        while pieces and sum(map(len, pieces)) + 2 * len(pieces) > room:
            pieces.pop()
        pieces.insert(random.randint(0, len(pieces)), str(next(self.numbers)))
        made = pieces[0]
        for piece in pieces[1:]:
            made += random.choice(JOINTS) + piece
        return made

    def line(self, most: int = 60) -> str:
        """A text of one line."""
        return " ".join(self.text(most).split())

    def long(self) -> str:
        """A text of 64 kB, its pieces of every kind."""
        made = self.text()
        while len(made) < LONG:
            made += self.random.choice(JOINTS) + self._piece()
        return made

    def _piece(self) -> str:
        random = self.random
        if random.random() < 0.15:
            return "".join(_any_character(random) for _ in range(random.randint(1, 6)))
        piece = random.choice(random.choice(KINDS))
        form = random.choice(("", "", "NFC", "NFD"))
        return unicodedata.normalize(form, piece) if form else piece


def _any_character(random: Random) -> str:
    """Any character that a bank may hold but a space: whether spaces stay is asked by pieces."""
    while True:
        code = random.randrange(random.choice((0x80, 0x800, 0x10000, 0x110000)))
        if (
            not 0xD800 <= code < 0xE000
            and not FORBIDDEN.match(chr(code))
            and not chr(code).isspace()
        ):
            return chr(code)
