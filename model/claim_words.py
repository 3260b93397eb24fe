"""The vocabulary of claims: a text cut into nouns, words of direction, adverbs and negations.

Built from `model.lexicon`; `model.claims` joins the tokens to claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from model.cues import Modality
from model.evidence import Direction, Strength
from model.letters import as_seen
from model.lexicon import ENTRIES, GENERAL_NOUNS, TYPICAL, UNMEASURED, said_nouns


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True)
class Token:
    kind: str  # noun word act unmeasured typical adverb less more negation verb join comma other
    key: str
    start: int
    end: int


STRENGTH_OF: Mapping[str, Strength] = {
    **dict.fromkeys(
        ("slightly", "somewhat", "mildly", "a little", "a bit", "a touch", "faintly", "slight",
         "very slightly", "subtly", "marginally", "a hint of", "faint", "mild", "weak", "small",
         "subtle", "little bit", "a trace of"), "slight"),
    **dict.fromkeys(
        ("noticeably", "visibly", "audibly", "quite", "rather", "fairly", "visible", "audible",
         "noticeable", "moderate", "moderately", "definite"), "plain"),
    **dict.fromkeys(
        ("clearly", "markedly", "strongly", "very", "extremely", "much", "far", "distinctly",
         "greatly", "highly", "heavily", "sharply", "deeply", "considerably", "strong", "marked",
         "clear", "broad", "big", "wide", "deep", "pronounced", "intense", "fully", "remarkably",
         "exceptionally", "unusually", "so", "too", "a lot", "tightly", "firmly", "widely",
         "really", "significantly", "substantially", "dramatically", "intensely"), "strong"),
}  # fmt: skip
ADVERB_WORDS = frozenset(k for k in STRENGTH_OF if k.endswith("ly")) | frozenset(
    ("somewhat", "a little", "a bit", "a touch", "quite", "rather", "very", "much", "far", "so",
     "too", "a lot", "little bit")
)  # fmt: skip
LESS_ACT = frozenset(("weaker", "smaller", "fainter", "less", "less of", "reduced", "lesser"))
TYPICAL_WORDS = frozenset(
    (*TYPICAL, "normal", "usual", "as usual", "neutral", "unchanged", "at rest")
)
_NEGATIONS = _words(
    "not no never without neither nor hardly barely scarcely none lack lacks absent missing"
    " un isnt arent doesnt dont wasnt werent didnt cant wont cannot absence nowhere rarely seldom"
    " non nobody nothing fail fails failed devoid"
) | {
    "far from", "anything but", "everything but", "nothing like", "rather than", "instead of",
    "no longer", "no one", "free of", "free from",
}  # fmt: skip
_NO_NEGATIONS = ("not only", "not just", "not merely", "not without", "nothing but")
"""What begins as a negation does and denies nothing: "not only raised, but strongly"."""
DOUBTS = _words("doubt doubts doubtful false untrue wrong incorrect unlikely deny denies denied")
"""What denies the clause behind it, as "it is not true that" does."""
NO_WONDER = _words(
    "wonder surprise surprising surprised strange odd coincidence accident overlook overlooked"
    " ignore ignored miss missed forget forgotten"
)
"""Whose negation affirms the clause behind it: "it cannot be overlooked that"."""
PEOPLE = _words(
    "person people speaker speakers man woman men women voice face actor boy girl child"
)
"""Of "another" of them nothing was measured."""
SUPPOSED = _words("if unless whether suppose supposing imagine")
UNREAL = frozenset(("would", "wouldn't", "should", "shouldn't", "used to"))
"""Between a subject and its predicate, they say that it is not so here and now."""
ABSENT = _words("absent missing gone lacking vanished vanishes disappeared disappears faded fades")
_VERBS = _words(
    "is are was were be been being stay stays stayed remain remains look looks sound sounds"
    " seem seems appear appears sit sits held kept does do did has have had become becomes get"
    " gets"
)
SINGULAR = frozenset(("is", "was", "stays", "looks", "sounds", "seems", "remains", "appears"))
_JOINS = frozenset(("and", "or", "nor", "both", "as well as", "plus", "&"))
_COMMAS = frozenset((",", "but", "yet", "though", "(", ")", "-", "–", "—"))
_STOPS = frozenset(".;:!?") | {"while", "whereas", "although", "whilst", "because", "\n"}
TRANSPARENT = _words(
    "a an the of any some his her their its this in to there also sign signs trace hint"
    " show shows showing real only just one two left right"
)
_SPELLINGS = {
    "eyebrow": "brow", "eyebrows": "brows", "his": "the", "her": "the", "their": "the",
    "its": "the", "my": "the", "your": "the", "color": "colour",
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|\n|[^\w\s]")
FLIP: Mapping[Direction, Direction] = {
    "raised": "lowered", "lowered": "raised", "typical": "typical",
}  # fmt: skip
Meaning = tuple[str, Direction]


def _key(text: str) -> str:
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower().replace("’", "'"))
    return " ".join(_SPELLINGS.get(word, word) for word in words)


@cache
def _kinds() -> dict[str, str]:
    """What each known phrase is; later entries win."""
    phrases = (
        "than usual", "than normal", "than average", "than typical", "on the other hand", "used to",
    )  # fmt: skip
    kinds = dict.fromkeys(phrases + _NO_NEGATIONS, "other")
    for entry in ENTRIES.values():
        for wording in entry.wordings:
            kinds.update((_key(word), "word") for word in wording.raised + wording.lowered)
    kinds.update((_key(word), "typical") for word in TYPICAL_WORDS if _key(word) not in kinds)
    kinds.update((phrase, "adverb") for phrase in ADVERB_WORDS if phrase not in kinds)
    for entry in ENTRIES.values():
        kinds.update((_key(n.text), "noun") for w in entry.wordings for n in w.nouns)
    for entry in ENTRIES.values():
        kinds.update((_key(act.text), "act") for act in entry.acts + entry.heard_acts)
    for unmeasured in UNMEASURED.values():
        kinds.update((_key(phrase), "unmeasured") for phrase in unmeasured)
    for group, kind in (
        (_NEGATIONS, "negation"), (_VERBS, "verb"), (_JOINS, "join"), (_COMMAS, "comma"),
        (_STOPS, "stop"),
    ):  # fmt: skip
        kinds.update(dict.fromkeys(group, kind))
    return kinds | {"less": "less", "less of": "less", "more": "more"}


def _kind(key: str) -> str:
    return _kinds().get(key) or ("negation" if key.endswith("n't") else "other")


@cache
def _phrase_lengths() -> dict[str, int]:
    """Words of the longest known phrase that begins with a word."""
    lengths: dict[str, int] = {}
    for phrase in _kinds():
        words = phrase.split(" ")
        lengths[words[0]] = max(lengths.get(words[0], 1), len(words))
    return lengths


@cache
def meanings() -> dict[tuple[str, str], tuple[Meaning, ...]]:
    """What a word says of a noun: (noun, word) -> (cue, direction)s; word "" for typical."""
    found: dict[tuple[str, str], dict[Meaning, None]] = {}
    typical: dict[tuple[str, str], tuple[Meaning, ...]] = {}
    for cue, entry in ENTRIES.items():
        for wording in entry.wordings:
            for noun in (_key(noun.text) for noun in wording.nouns):
                for word in wording.raised:
                    found.setdefault((noun, _key(word)), {})[cue, "raised"] = None
                for word in wording.lowered:
                    found.setdefault((noun, _key(word)), {})[cue, "lowered"] = None
    for noun in {noun for noun, _ in found} - GENERAL_NOUNS:
        # A noun is called typical for the cues that it is written for, not for all it may hint at.
        said = {cue: None for cue in ENTRIES if noun in said_nouns(cue)}
        every = {cue: None for (key, _), ms in found.items() if key == noun for cue, _ in ms}
        typical[noun, ""] = tuple((cue, "typical") for cue in said or every)
    return typical | {pair: tuple(each) for pair, each in found.items()}


@cache
def act_cues() -> dict[str, str]:
    """The cue of each act."""
    return {_key(a.text): cue for cue, e in ENTRIES.items() for a in e.acts + e.heard_acts}


@cache
def unmeasured_modalities() -> dict[str, Modality]:
    """What each unmeasured phrase is said of."""
    face: dict[str, Modality] = {_key(phrase): "face" for phrase in UNMEASURED["face"]}
    return face | {_key(phrase): "voice" for phrase in UNMEASURED["voice"]}


def tokenise(text: str) -> list[Token]:
    """Cut a text into known phrases, the longest first, and single words."""
    seen, places = as_seen(text)
    words = [(m.group(), places[m.start()], places[m.end() - 1] + 1)
             for m in _WORD.finditer(seen)]  # fmt: skip
    # A hyphen inside a word joins it: "high-pitched".
    words = [w for i, w in enumerate(words)
             if not (w[0] == "-" and 0 < i < len(words) - 1
                     and words[i - 1][2] == w[1] and words[i + 1][1] == w[2])]  # fmt: skip
    spelt = [_SPELLINGS.get(word, word) for word, _, _ in words]
    lengths, tokens, at = _phrase_lengths(), [], 0
    while at < len(words):
        length = min(lengths.get(spelt[at], 1), len(words) - at)
        while length > 1 and not _is_phrase(spelt[at : at + length + 1], length):
            length -= 1
        key = " ".join(spelt[at : at + length])
        end = words[at + length - 1][2]
        tokens.append(Token(_kind(key), key, words[at][1], end))
        at += length
    return tokens


def _is_phrase(words: Sequence[str], length: int) -> bool:
    """Whether the first `length` words are known together; "no longer than" is about a length."""
    key = " ".join(words[:length])
    return key in _kinds() and not (key == "no longer" and words[length:] == ["than"])


def split_clauses(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Cut tokens where a sentence or a subordinate clause ends; a question says nothing."""
    clause: list[Token] = []
    for token in tokens:
        if token.kind == "stop":
            if token.key != "?":
                yield clause
            clause = []
        else:
            clause.append(token)
    yield clause


MODALITY_WORDS: Mapping[Modality, frozenset[str]] = {
    "face": _words(
        "face facial expression expressions brow brows eye eyes eyelid eyelids lid lids lip lips"
        " mouth jaw chin forehead head smile smiles smiling frown frowns frowning grin"
    ),
    "voice": _words(
        "voice vocal vocally voices pitch intonation melody speech spoken speaking speaker loud"
        " loudness volume tone timbre tempo pace pauses prosody sound sounds words delivery"
        " syllables acoustic audio"
    ),
}
