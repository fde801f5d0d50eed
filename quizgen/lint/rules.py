"""The table of rules: what `quizgen check` advises, beyond the errors that stop a build."""

from __future__ import annotations

from quizgen.lint.asked import Asked
from quizgen.lint.balance import key_position, true_false_balance
from quizgen.lint.cards import big_card, list_answer, two_backs
from quizgen.lint.citations import citation_range, uncited_paragraph, unsupported_key
from quizgen.lint.guess import guessable
from quizgen.lint.language import LANGUAGES
from quizgen.lint.missing import (
    no_alt_text,
    no_citation,
    no_difficulty,
    no_feedback,
    no_option_feedback,
)
from quizgen.lint.overlap import cross_leak, feedback_leak, near_duplicate, prompt_echo
from quizgen.lint.rule import Rule, Survey
from quizgen.lint.wording import (
    absolute_word,
    alike_options,
    all_or_none,
    article_cue,
    key_in_prompt,
    longest_key,
    negative_prompt,
    uneven_options,
)
from quizgen.problems import Severity

_KNOWN = tuple(LANGUAGES)

QUESTION_RULES: tuple[Rule[Asked], ...] = (
    Rule(
        "longest-key",
        Severity.WARNING,
        longest_key,
        "Authors make the key exact and so long; whoever picks the longest option is right too"
        " often. Fires if the key is over 1.25 times as long as the next option, and 8 characters.",
        "answer: Neighbours that share a border with China by land or by sea\n"
        "distractors: [Taiwan, Europe, The six regions]",
        "answer: Neighbours by land or sea\n"
        "distractors: [Taiwan and Xinjiang, Europe and Africa, The six regions]",
    ),
    Rule(
        "all-or-none",
        Severity.WARNING,
        all_or_none,
        "“All of the above” and “both A and B” are right as soon as two options are, and wrong as"
        " soon as one is; drawn options have no “above”.",
        "distractors: [Peace, Stability, All of the above]",
        "type: multiple-response\nanswers: [Peace, Stability]",
        _KNOWN,
    ),
    Rule(
        "negative-prompt",
        Severity.WARNING,
        negative_prompt,
        "A “not” is overread, and then the question tests eyesight. Ask what is so, or emphasize"
        " the word.",
        "prompt: Which of these is not a member of the SCO?",
        "prompt: Which of these is **not** a member of the SCO?",
        _KNOWN,
    ),
    Rule(
        "key-in-prompt",
        Severity.WARNING,
        key_in_prompt,
        "The prompt answers itself. Passed over where a distractor stands in the prompt as well.",
        "prompt: Which port does the road to Gwadar reach?\nanswer: Gwadar",
        "prompt: Which port does the road from Kashgar reach?\nanswer: Gwadar",
    ),
    Rule(
        "alike-options",
        Severity.WARNING,
        alike_options,
        "Two options that differ in capitals, in the form of their characters or in a full stop"
        " are one: neither can be the key, or both are.",
        "distractors: [The SCO, the SCO., The UN]",
        "distractors: [The SCO, SAARC, The UN]",
    ),
    Rule(
        "article-cue",
        Severity.WARNING,
        article_cue,
        "A prompt that ends in “a” or “an” rules out the options that do not fit it.",
        "prompt: The essay calls Pakistan an\nanswer: arena\ndistractors: [bridge, model]",
        "prompt: What does the essay call Pakistan?\nanswer: An arena\n"
        "distractors: [A bridge, A model]",
        ("en",),
    ),
    Rule(
        "uneven-options",
        Severity.INFO,
        uneven_options,
        "Options that differ in full stops, capitals or length draw the eye, mostly to the key.",
        "answer: The neighbours.\ndistractors: [europe, Africa]",
        "answer: The neighbours\ndistractors: [Europe, Africa]",
    ),
    Rule(
        "absolute-word",
        Severity.INFO,
        absolute_word,
        "“Always” and “never” are mostly wrong, “often” and “sometimes” mostly right, and the"
        " test-wise know it. Off unless enabled: many a good option has such a word.",
        "prompt: The SCO always decides by vote.",
        "prompt: The SCO decides by vote.",
        _KNOWN,
        default=False,
    ),
    Rule(
        "no-feedback",
        Severity.INFO,
        no_feedback,
        "Feedback is where a question teaches: say why the key is right.",
        "answer: 2001",
        "answer: 2001\nfeedback: Six states founded the SCO in Shanghai in June 2001.",
    ),
    Rule(
        "no-alt-text",
        Severity.WARNING,
        no_alt_text,
        "Whoever cannot see an image has its text alone; a card or page that cannot load it, too.",
        "prompt: Which ring is marked? ![](images/rings.png)",
        "prompt: Which ring is marked? ![Four rings, the second one grey](images/rings.png)",
    ),
    Rule(
        "big-card",
        Severity.WARNING,
        big_card,
        "A card asks for one fact. A back of over 15 words is never recalled as a whole, and its"
        " grade means nothing.",
        "back: A body that was founded in Shanghai in 2001 by six states in order to fight"
        " terrorism and extremism together",
        "back: Six states, in Shanghai, in 2001",
    ),
    Rule(
        "list-answer",
        Severity.WARNING,
        list_answer,
        "One forgotten item fails the whole card, time and again. Make a card of each item, a"
        " cloze, or an ordering.",
        "back: Peace, economy, activation, cooperation, elimination",
        "type: cloze\ntext: The P of PEACE stands for {{promoting}} peace.",
    ),
)
"""Rules that look at one question at a time."""

SURVEY_RULES: tuple[Rule[Survey], ...] = (
    Rule(
        "prompt-echo",
        Severity.WARNING,
        prompt_echo,
        "A rare word that the prompt shares with the key alone points to it.",
        "prompt: What did the accord of Moscow end?\n"
        "answer: A civil war, by an accord\ndistractors: [A trade quarrel, A border quarrel]",
        "prompt: What did the agreement of Moscow end?\nanswer: A civil war\n"
        "distractors: [A trade quarrel, A border quarrel]",
    ),
    Rule(
        "near-duplicate",
        Severity.WARNING,
        near_duplicate,
        "Two questions with one key and nearly one prompt count one fact twice. Fires if 70 % of"
        " the words that carry content are shared.",
        "prompt: In which city was the SCO founded?\n---\n"
        "prompt: The SCO was founded in which city?",
        "prompt: In which city was the SCO founded?\n---\n"
        "prompt: Which city gave the Shanghai Five their name?",
    ),
    Rule(
        "cross-leak",
        Severity.WARNING,
        cross_leak,
        "One question of a test answers another. Fires if a prompt holds the key of a question"
        " and half of its words, rare words counting more.",
        "prompt: Where was the SCO founded?\nanswer: Shanghai\n---\n"
        "prompt: In which year was the SCO founded in Shanghai?",
        "prompt: Where was the SCO founded?\nanswer: Shanghai\n---\n"
        "prompt: In which year was the SCO founded?",
    ),
    Rule(
        "feedback-leak",
        Severity.INFO,
        feedback_leak,
        "The feedback of one question answers another that may come later. Off unless enabled:"
        " feedback is there to tell.",
        "prompt: Where was the SCO founded?\nanswer: Shanghai\n---\n"
        "feedback: The SCO was founded in Shanghai in 2001.",
        "prompt: Where was the SCO founded?\nanswer: Shanghai\n---\n"
        "feedback: The SCO was founded in 2001.",
        default=False,
    ),
    Rule(
        "two-backs",
        Severity.WARNING,
        two_backs,
        "One front with two backs: whoever recalls the one is told that it was the other.",
        "front: SCO\nback: Founded in 2001\n---\nfront: SCO\nback: Eight members in 2017",
        "front: When was the SCO founded?\nback: In 2001\n---\n"
        "front: How many members had the SCO in 2018?\nback: Eight",
    ),
    Rule(
        "key-position",
        Severity.WARNING,
        key_position,
        "Keys that mostly stand in one place can be guessed. Measured as options are shown, by"
        " chi-square (p < 0.01), for each number of options.",
        "shuffle: false   # and so the key stands first, in every question",
        "shuffle: true    # the default",
    ),
    Rule(
        "true-false-balance",
        Severity.WARNING,
        true_false_balance,
        "If most statements are true, “true” is a good guess. Chi-square, p < 0.01.",
        "answer: true   # nine times of ten",
        "answer: false  # about every second time",
    ),
    Rule(
        "guessable",
        Severity.WARNING,
        guessable,
        "Test-wise strategies sit the bank: the longest option, the one with most words of the"
        " prompt, and so on. Fires if one of them is 2.5 standard deviations above chance.",
        "answer: A long, careful, exact statement   # in most questions the longest option",
        "answer: A statement   # as long as its distractors, on the whole",
    ),
    Rule(
        "no-option-feedback",
        Severity.INFO,
        no_option_feedback,
        "Whoever chose a distractor held a misconception; feedback on it says which. Told where"
        " other options of the bank have feedback.",
        "distractors: [Taiwan]",
        "distractors: [{text: Taiwan, feedback: That is the first ring.}]",
    ),
    Rule(
        "no-citation",
        Severity.INFO,
        no_citation,
        "A citation lets a reviewer look it up. Told where other questions of the bank have one.",
        "answer: 2001",
        "answer: 2001\ncite: record",
    ),
    Rule(
        "no-difficulty",
        Severity.INFO,
        no_difficulty,
        "Without it `--difficulty` passes the question over. Told where others of the bank have"
        " one.",
        "answer: 2001",
        "answer: 2001\ndifficulty: medium",
    ),
    Rule(
        "citation-range",
        Severity.WARNING,
        citation_range,
        "The cited document has no such paragraph. Needs `--source KEY=PATH`.",
        "cite: essay ¶31   # of 21",
        "cite: essay ¶13",
        documents=True,
    ),
    Rule(
        "unsupported-key",
        Severity.WARNING,
        unsupported_key,
        "No word of the key stands in the cited paragraph, so the number may be wrong. Needs"
        " `--source KEY=PATH`; passed over where a question cites anything else as well.",
        "answer: Neighbours by land or sea\ncite: essay ¶21",
        "answer: Neighbours by land or sea\ncite: essay ¶11",
        documents=True,
    ),
    Rule(
        "uncited-paragraph",
        Severity.INFO,
        uncited_paragraph,
        "Nothing asks about a paragraph of the document. Needs `--source KEY=PATH`.",
        "cite: essay ¶1   # and nowhere ¶2",
        "cite: essay ¶2",
        documents=True,
    ),
)
"""Rules that look at all questions together."""

ALL_RULES: tuple[Rule[Asked] | Rule[Survey], ...] = (*QUESTION_RULES, *SURVEY_RULES)
RULE_CODES = tuple(rule.code for rule in ALL_RULES)
