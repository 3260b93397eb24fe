"""The vocabulary of claims: a text cut into nouns, words of direction, adverbs and negations.

Built from `model.claims.lexicon`; `model.claims.reader` joins the tokens to claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from model.claims.claim import Direction, Strength
from model.claims.facs import FACS_ACTS, FACS_UNMEASURED, spell_out
from model.claims.letters import as_seen
from model.claims.lexicon import ENTRIES, GENERAL_NOUNS, TYPICAL, UNMEASURED, said_nouns
from model.cues import Modality


def word_set(text: str) -> frozenset[str]:
    """The words of a line."""
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
         "subtle", "little bit", "a trace of", "lightly", "weakly", "minimally", "a tad", "kind of",
         "sort of"), "slight"),
    **dict.fromkeys(
        ("noticeably", "visibly", "audibly", "quite", "rather", "fairly", "visible", "audible",
         "noticeable", "moderate", "moderately", "definite"), "plain"),
    **dict.fromkeys(
        ("clearly", "markedly", "strongly", "very", "extremely", "much", "far", "distinctly",
         "greatly", "highly", "heavily", "sharply", "deeply", "considerably", "strong", "marked",
         "clear", "broad", "big", "wide", "deep", "pronounced", "intense", "fully", "remarkably",
         "exceptionally", "unusually", "so", "too", "a lot", "tightly", "firmly", "widely",
         "really", "significantly", "substantially", "dramatically", "intensely",
         "broadly", "incredibly", "exceedingly", "tremendously", "immensely", "enormously"),
        "strong"),
}  # fmt: skip
ADVERB_WORDS = frozenset(k for k in STRENGTH_OF if k.endswith("ly")) | frozenset(
    ("somewhat", "a little", "a bit", "a touch", "quite", "rather", "very", "much", "far", "so",
     "too", "a lot", "little bit", "a tad", "kind of", "sort of")
)  # fmt: skip
LESS_ACT = frozenset(("weaker", "smaller", "fainter", "less", "less of", "reduced", "lesser"))
TYPICAL_WORDS = frozenset(
    (*TYPICAL, "normal", "usual", "as usual", "neutral", "unchanged", "at rest")
)
_NEGATIONS = word_set(
    "not no never without neither nor hardly barely scarcely none lack lacks absent missing"
    " un \u2260 isnt arent doesnt dont wasnt werent didnt cant wont cannot absence nowhere rarely"
    " seldom non nobody nothing fail fails failed devoid"
    " stops stopped ceases ceased refuses refused"
) | {
    "far from", "anything but", "everything but", "nothing like", "rather than", "instead of",
    "no longer", "no one", "free of", "free from",
}  # fmt: skip
_NO_NEGATIONS = (
    "not without", "nothing but",
    *(f"{no} {only}" for only in ("only", "just", "merely")
      for no in ("not", "isn't", "aren't", "wasn't", "weren't", "doesn't", "don't", "didn't")),
)  # fmt: skip
"""What begins as a negation does and denies nothing: "not only raised, but strongly"."""
DOUBTS = word_set("doubt doubts doubtful false untrue wrong incorrect unlikely deny denies denied")
"""What denies the clause behind it, as "it is not true that" does."""
NO_WONDER = word_set(
    "wonder surprise surprising surprised strange odd coincidence accident overlook overlooked"
    " ignore ignored miss missed forget forgotten"
)
"""Whose negation affirms the clause behind it: "it cannot be overlooked that"."""
PEOPLE = word_set(
    "person people speaker speakers man woman men women voice face actor boy girl child"
)
"""Of "another" of them nothing was measured."""
BYSTANDERS = word_set(
    "interviewer interviewers bystander bystanders onlooker onlookers mother father brother sister"
    " wife husband friend colleague neighbour audience crowd dog cat radio television poster"
)
SOMEBODY = word_set("someone somebody anyone anybody everyone everybody nobody") | {"no one"}
"""With "else" behind it, another person, too."""
SUPPOSED = word_set("if unless whether suppose supposing imagine") | {"as though"}
UNREAL = frozenset((
    "would", "wouldn't", "should", "shouldn't", "used to", "will", "shall", "going to be",
))  # fmt: skip
"""Between a subject and its predicate, they say that it is not so here and now."""
MODALS = word_set("may might could")
_MAYBE = word_set(
    "may might perhaps maybe possibly possible conceivably presumably supposedly allegedly"
    " reportedly purportedly ostensibly probably probable likely arguably necessarily unsure"
    " uncertain suspect suspects must ought expected tend tends typically generally unlike"
) | {"not sure", "not certain", "so called"}
_ALMOST = word_set("almost nearly virtually practically") | {"all but"}
_HIDDEN = word_set(
    "hide hides hiding hidden suppress suppresses suppressing suppressed conceal conceals"
    " concealing concealed mask masks masking masked"
)
_AS_A_RULE = frozenset(("in general", "as a rule", "by nature", "in most cases"))
FOR_A_TIME = word_set(
    "initially briefly momentarily fleetingly temporarily intermittently sometimes occasionally"
    " often usually normally eventually earlier previously"
) | {
    "at first", "at the start", "at the beginning", "in the beginning", "at the outset",
    "for a moment", "for an instant", "for a second", "at times", "from time to time",
    "now and then", "once in a while", "later on", "towards the end",
}  # fmt: skip
HEDGES = _MAYBE | _ALMOST | _HIDDEN | FOR_A_TIME | _AS_A_RULE
"""What leaves open whether a claim holds of the window: by doubt, by degree, unseen, in time, or
as it is said of most."""
OPINIONS = word_set(
    "think thinks thought believe believes believed find finds found say says said see sees hear"
    " hears doubt doubts doubted deny denies denied"
)
"""With a denial before them, they deny the clause behind: "I do not think the pitch is"."""
AT_LARGE = word_set("people humans anyone anybody everyone everybody whoever")
"""Nobody in particular: what is said of them is true or false of no window."""
ANY_ONE = word_set("someone somebody those one")
"""With "who" behind it, nobody in particular either; with "when" before it, too."""
MOVING = word_set(
    "up rises rise rising raised raises lifts lifted drops drop dropped falls sinks"
) | {"goes up", "going up", "goes down", "going down"}
"""What a pitch does, and not what it is."""
UNTRUE = word_set("false untrue wrong incorrect mistaken nonsense")
TRUE = word_set("true correct case")
BEFORE = word_set("before earlier previously")
USUAL = TYPICAL_WORDS | word_set("usually normally expected expect ever baseline reference")
"""What a deviation is measured from: "louder than he usually is"."""
UNITS = word_set(
    "hz hertz db decibel decibels semitone semitones octave octaves percent % ms millisecond"
    " milliseconds seconds degree degrees twice thrice times"
)
SEEN_OR_HEARD = word_set("seen heard noticed observed found audible visible")
SHOWING = word_set(
    "see sees hear hears find finds notice notices display displays displaying carry carries"
    " reveal reveals exhibit exhibits bear bears betray betrays contain contains express expresses"
    " present presents detect detects observe single evidence indication suggestion"
)
"""Between a denial and what it denies: "does not display a", "no evidence of a"."""
ABSENT = word_set(
    "absent missing gone lacking vanished vanishes disappeared disappears faded fades"
)
_VERBS = word_set(
    "is are was were be been being stay stays stayed remain remains look looks sound sounds"
    " seem seems appear appears sit sits held kept does do did has have had become becomes get"
    " gets"
)
SINGULAR = frozenset(("is", "was", "stays", "looks", "sounds", "seems", "remains", "appears"))
_JOINS = frozenset(("and", "or", "nor", "both", "as well as", "plus", "&"))
DONE: Mapping[str, str] = {
    form: done
    for forms, done in (
        ("raise raises raising raised", "raised"), ("lift lifts lifting lifted", "lifted"),
        ("lower lowers lowering lowered", "lowered"), ("arch arches arching arched", "arched"),
        ("furrow furrows furrowing furrowed", "furrowed"), ("knit knits knitting", "knitted"),
        ("widen widens widening widened", "widened"), ("purse purses pursing pursed", "pursed"),
        ("narrow narrows narrowing narrowed", "narrowed"), ("squeeze squeezes", "squeezed"),
        ("tighten tightens tightening tightened", "tightened"), ("bow bows bowing", "bowed"),
        ("press presses pressing pressed", "pressed"), ("drop drops dropping", "dropped"),
        ("stretch stretches stretching stretched", "stretched"), ("curl curls", "curled"),
        ("open opens opening opened", "open"), ("close closes closing closed", "closed"),
        ("clench clenches clenching clenched", "clenched"), ("quicken quickens", "fast"),
        ("slow slows slowing slowed", "slow"), ("hang hangs", "hanging"),
    )
    for form in forms.split()
}  # fmt: skip
"""What a face part or a voice is when somebody does it: who "raises the brows" has raised ones."""
_COMMAS = frozenset((",", "but", "yet", "though", "(", ")", "-", "–", "—"))
_STOPS = frozenset(".;:!?") | {"while", "whereas", "although", "whilst", "because", "\n"}
TRANSPARENT = word_set(
    "a an the of any some his her their its this in to there also sign signs trace hint"
    " show shows showing real only just one two left right"
)
SAYING = frozenset(("noun", "act", "word", "typical", "unmeasured"))
LISTED = SAYING | {"adverb", "less", "more"}
"""Kinds of the words that something is said with, and those that a list of such may hold."""
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
        "than usual", "than normal", "than average", "than typical", "on the other hand",
    )  # fmt: skip
    kinds = dict.fromkeys((*phrases, *_NO_NEGATIONS, *UNREAL, *HEDGES, "as though"), "other")
    for entry in ENTRIES.values():
        for wording in entry.wordings:
            kinds.update((_key(word), "word") for word in wording.raised + wording.lowered)
    kinds.update((_key(word), "typical") for word in TYPICAL_WORDS if _key(word) not in kinds)
    kinds.update((phrase, "adverb") for phrase in ADVERB_WORDS if phrase not in kinds)
    kinds.update((verb, "word") for verb in DONE if verb not in kinds)
    for entry in ENTRIES.values():
        kinds.update((_key(n.text), "noun") for w in entry.wordings for n in w.nouns)
    for entry in ENTRIES.values():
        acts = entry.acts + entry.heard_acts + entry.lowering
        kinds.update((_key(act.text), "act") for act in acts)
    kinds.update(dict.fromkeys(FACS_ACTS, "act"))
    kinds.update(dict.fromkeys(FACS_UNMEASURED, "unmeasured"))
    for unmeasured in UNMEASURED.values():
        kinds.update((_key(phrase), "unmeasured") for phrase in unmeasured)
    for group, kind in (
        (_NEGATIONS, "negation"), (_VERBS, "verb"), (_JOINS, "join"), (_COMMAS, "comma"),
        (_STOPS, "stop"),
    ):  # fmt: skip
        kinds.update(dict.fromkeys(group, kind))
    return kinds | {"less": "less", "less of": "less", "more": "more"}


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
def act_meanings() -> dict[str, Meaning]:
    """The cue of each act and the direction that it says."""
    found: dict[str, Meaning] = dict(FACS_ACTS)
    for cue, entry in ENTRIES.items():
        found.update((_key(act.text), (cue, "raised")) for act in entry.acts + entry.heard_acts)
        found.update((_key(act.text), (cue, "lowered")) for act in entry.lowering)
    return found


@cache
def unmeasured_modalities() -> dict[str, Modality]:
    """What each unmeasured phrase is said of."""
    face: dict[str, Modality] = dict.fromkeys(FACS_UNMEASURED, "face")
    face.update((_key(phrase), "face") for phrase in UNMEASURED["face"])
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
    words = spell_out(words)
    spelt = [_SPELLINGS.get(word, word) for word, _, _ in words]
    kinds, lengths, tokens, at = _kinds(), _phrase_lengths(), [], 0
    while at < len(words):
        length = min(lengths.get(spelt[at], 1), len(words) - at)
        while length > 1 and not _is_phrase(spelt[at : at + length + 1], length):
            length -= 1
        key = " ".join(spelt[at : at + length])
        end = words[at + length - 1][2]
        kind = kinds.get(key) or ("negation" if key.endswith("n't") else "other")
        tokens.append(Token(kind, key, words[at][1], end))
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
    "face": word_set(
        "face facial expression expressions brow brows eye eyes eyelid eyelids lid lids lip lips"
        " mouth jaw chin forehead head smile smiles smiling frown frowns frowning grin"
    ),
    "voice": word_set(
        "voice vocal vocally voices pitch intonation melody speech spoken speaking speaker loud"
        " loudness volume tone timbre tempo pace pauses prosody sound sounds words delivery"
        " syllables acoustic audio"
    ),
}
