"""Whether a cue is said to be in the modality that it is not of: "the voice shows raised brows".

Only what a sentence says plainly counts. Where it names the cue's own modality beside, or has moved
on since it named the other ("the face shows a smile, and the pitch is high"), nothing is misplaced.
To see is to understand, too ("one sees that the pitch is raised"); to hear is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from model.claims.scope import LOOKED_BACK
from model.claims.words import (
    DONE,
    LISTED,
    TRANSPARENT,
    Token,
    act_meanings,
    meanings,
    unmeasured_modalities,
    word_set,
)
from model.cues import CUES, Modality

_WHERE: Mapping[str, Modality] = {
    **dict.fromkeys(("face", "faces", "expression", "eye", "camera"), "face"),
    **dict.fromkeys(("voice", "voices", "speech", "sound", "ear"), "voice"),
}
"""What cues are said to be in."""
_WHOSE: Mapping[str, Modality] = {
    "facial": "face", "face's": "face", "vocal": "voice", "voice's": "voice",
}  # fmt: skip
_HEARD = word_set("hear hears heard audible")
_SHOW = _HEARD | word_set(
    "show shows showing has have had carries carry gives give displays display presents present"
    " reveals reveal exhibits exhibit features bears betrays contains conveys expresses catches"
    " marked characterised characterized"
)
_NAMED: Mapping[str, Modality] = {**_WHERE, **_WHOSE, **dict.fromkeys(_HEARD, "voice")}
_LINKS = frozenset(("by", "also", "one", "that", *_SHOW))
_IN = frozenset(("in", "on", "to", "for", "from", "of"))
_PERCEIVED = word_set("can be seen heard audible visible noticed found present stand stands out")
_ARTICLES = frozenset(("the", "a", "an", "this", "that"))
_LIST_WORDS = (frozenset(TRANSPARENT) - _SHOW - {"to", "in"}) | {",", "together", "along", "with"}


def named_modalities(keys: Iterable[str]) -> set[Modality]:
    """The modalities that words name, so that cues can be said to be in them."""
    return {_NAMED[key] for key in keys if key in _NAMED}


def is_misplaced(
    clause: Sequence[Token], first: int, last: int, modality: Modality, lead: Sequence[Token] = ()
) -> bool:
    """Whether a clause puts a cue of `modality`, claimed from `first` to `last`, into the other.

    Args:
        lead: what stands in front of a colon before the clause: "the voice is telling: …".
    """
    nouns = (place for place in range(first, last) if clause[place].kind == "noun")
    for place in range(max(0, first - 1), last + 1):
        if clause[place].key in _WHOSE:
            return _WHOSE[clause[place].key] != modality
    for place in (last, *nouns):
        named = _named_behind(clause, place)
        if named:
            return modality not in named
    told = clause[first].kind == "noun" and last > first
    named = _heard_that(clause, first) if told else _shown_by(clause, first)
    named = named or (set() if told else _done_by(clause, first))
    named = named or _opening(clause, first) or (set() if first > 2 else _topics(lead))
    return bool(named) and modality not in named


def _topics(clause: Sequence[Token]) -> set[Modality]:
    """What a clause is about, if it claims nothing: "the voice is telling"."""
    end = clause[-LOOKED_BACK:]
    named = {_WHERE[token.key] for token in end if token.key in _WHERE}
    return set() if any(map(_claimed_modality, end)) else named


def _named_behind(clause: Sequence[Token], place: int) -> set[Modality]:
    """Where a claim's words that end at `place` are said to be: "can be heard in the voice"."""
    keys = [token.key for token in clause[place + 1 : place + 9]]
    at = 0
    while at < len(keys) and (keys[at] in _PERCEIVED or clause[place + 1 + at].kind == "verb"):
        at += 1
    heard = bool(_HEARD.intersection(keys[:at]))
    if at < len(keys) and keys[at] in _IN:
        return _named_at(clause, place + 2 + at)
    return {"voice"} if heard else set()


def _named_at(clause: Sequence[Token], place: int) -> set[Modality]:
    """The modality named there, "the face", and the one beside it, "and the voice"."""
    if place < len(clause) and clause[place].key in _ARTICLES:
        place += 1
    if place >= len(clause) or clause[place].key not in _WHERE:
        return set()
    if place + 1 < len(clause) and clause[place + 1].key == "of":  # "in the face of"
        return set()
    beside = {_WHERE[t.key] for t in clause[place + 1 : place + 4] if t.key in _WHERE}
    joined = place + 1 < len(clause) and clause[place + 1].kind == "join"
    return {_WHERE[clause[place].key]} | (beside if joined else set())


def _shown_by(clause: Sequence[Token], first: int) -> set[Modality]:
    """What shows the noun phrase that begins at `first`: "the face shows a smile and [a frown]"."""
    place, listed = first - 1, False
    while place >= 0 and first - place < LOOKED_BACK and _lists(clause[place]):
        listed = listed or clause[place].kind == "join" or clause[place].key == ","
        place -= 1
    if listed and not _ends_list(clause, first):
        return set()
    links = place
    while place >= 0 and _links(clause[place]):
        place -= 1
    between = {token.key for token in clause[place + 1 : links + 1]}
    if _HEARD & between:
        return {"voice"}
    if not _SHOW & between or place < 0 or clause[place].key not in _WHERE:
        return set()
    beside = clause[max(0, place - 4) : place + 1]
    return {_WHERE[token.key] for token in beside if token.key in _WHERE}


def _heard_that(clause: Sequence[Token], first: int) -> set[Modality]:
    """What tells of the subject at `first`: "one hears that the [brows are]"."""
    keys = [
        token.key for token in clause[max(0, first - 3) : first] if token.key not in ("the", "a")
    ]
    return {"voice"} if keys[-1:] == ["that"] and _HEARD.intersection(keys) else set()


def _done_by(clause: Sequence[Token], first: int) -> set[Modality]:
    """Who does what begins at `first`: "the voice [raises the brows]", "the face [murmurs]"."""
    verb = first
    while verb + 1 < len(clause) and clause[verb].kind == "adverb":
        verb += 1
    key, place = clause[verb].key, first - 1
    if not (key in DONE or (clause[verb].kind == "act" and key.endswith(("s", "ing", "ed")))):
        return set()
    while place > 0 and clause[place].kind in ("verb", "negation", "adverb"):
        place -= 1
    if place < 0 or clause[place].key not in _WHERE:
        return set()
    beside = clause[max(0, place - 3) : place + 1] if _joined(clause, place) else [clause[place]]
    return {_WHERE[token.key] for token in beside if token.key in _WHERE}


def _joined(clause: Sequence[Token], place: int) -> bool:
    """Whether another stands in front of what is named there: "the face and the [voice]"."""
    return any(token.kind == "join" for token in clause[max(0, place - 2) : place])


def _lists(token: Token) -> bool:
    return token.kind in LISTED or token.kind == "join" or token.key in _LIST_WORDS


def _links(token: Token) -> bool:
    return token.key in _LINKS or token.kind in ("verb", "adverb", "negation")


def _ends_list(clause: Sequence[Token], first: int) -> bool:
    """Whether nothing is told of what is listed from `first`: no "and [a high pitch marks it]"."""
    return all(map(_lists, clause[first : first + LOOKED_BACK]))


def _opening(clause: Sequence[Token], first: int) -> set[Modality]:
    """What the clause begins with, if it has spoken of nothing since: "in the voice, …"."""
    since: set[Modality | None] = set()
    for place in range(first - 1, max(0, first - LOOKED_BACK) - 1, -1):
        token = clause[place]
        if token.key in _WHERE:
            opens = place < 6 and not any(map(_claimed_modality, clause[:place]))
            return _opened(clause, place) if opens and _WHERE[token.key] not in since else set()
        since.add(_claimed_modality(token))
    return set()


def _opened(clause: Sequence[Token], place: int) -> set[Modality]:
    before = [token.key for token in clause[max(0, place - 2) : place]]
    after = clause[place + 1].key if place + 1 < len(clause) else ""
    if not (_IN.intersection(before[:1] if len(before) > 1 else before) or before[:1] == ["as"]):
        return set()
    return set() if after == "of" else _named_at(clause, place)


@cache
def _noun_modalities() -> Mapping[str, Modality]:
    return {noun: CUES[said[0][0]].modality for (noun, _), said in meanings().items()}


def _claimed_modality(token: Token) -> Modality | None:
    """The modality of a word that claims are made of."""
    if token.key in _WHERE:
        return None
    if token.kind == "act":
        return CUES[act_meanings()[token.key][0]].modality
    if token.kind == "unmeasured":
        return unmeasured_modalities()[token.key]
    return _noun_modalities().get(token.key) if token.kind == "noun" else None
