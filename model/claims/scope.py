"""What the words around a claim do to it: they deny it, or they leave open whether it holds.

Open is what is hedged ("may be", "perhaps"), all but so ("almost"), so for a time ("briefly",
"first raised, then lowered"), a number ("by 3 semitones"), or compared with what nobody measured
("than before"). A mark would vouch for more than was measured, or refute what was not said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from model.claims.words import (
    ANY_ONE,
    AT_LARGE,
    BEFORE,
    BYSTANDERS,
    DOUBTS,
    FOR_A_TIME,
    HEDGES,
    MODALS,
    NO_WONDER,
    OPINIONS,
    PEOPLE,
    SEEN_OR_HEARD,
    SOMEBODY,
    SUPPOSED,
    TRUE,
    UNITS,
    UNREAL,
    UNTRUE,
    USUAL,
    Token,
)
from model.labels import normalise_label

LOOKED_BACK = 30
REACH = 60
"""Words between what belongs together, at most: a text without an end took minutes."""
_DASHES = ("-", "–", "—")


def leftwards(clause: Sequence[Token], at: int) -> Iterator[int]:
    """The places before `at`, nearest first, up to a comma."""
    for place in range(at - 1, max(0, at - LOOKED_BACK) - 1, -1):
        if clause[place].kind == "comma":
            return
        yield place


def is_denied_outside(clause: Sequence[Token], at: int, start: int) -> bool:
    """Whether what is said from character `start` to the word at `at` is denied from outside it.

    As in "it is not true that the pitch is raised", "I do not think the pitch is raised", or "at no
    point is the pitch raised".
    """
    for place in leftwards(clause, at):
        token, previous = clause[place], clause[place - 1].kind if place else "stop"
        if token.end > start or previous in ("noun", "act"):
            continue
        following = clause[place + 1].key in ("the", "a")
        inverted = token.kind == "verb" and 0 < place < 4 and following and previous != "negation"
        subject = clause[place + 2] if following else token
        meant = token.key in OPINIONS and subject.kind == "noun" and subject.start == start
        if token.key == "that" or inverted or meant:
            before = clause[max(0, place - LOOKED_BACK) : place + 1]
            denials = sum(word.kind == "negation" or word.key in DOUBTS for word in before)
            return denials % 2 == 1 and not any(word.key in NO_WONDER for word in before)
    return False


def is_denied_behind(clause: Sequence[Token], last: int) -> bool:
    """Whether what ends at `last` is denied behind it: "not at all", "(that it is) is false"."""
    after = clause[last + 1 : last + 8]
    keys = [token.key for token in after if token.key not in (",", *_DASHES)]
    if " ".join(keys) in ("not", "not at all", "in no way", "by no means"):
        return True
    if not any(clause[place].key in ("that", "say") for place in leftwards(clause, last)):
        return False
    denials = 0
    for token in after:
        if token.key in UNTRUE or token.key in TRUE:
            return (denials + (token.key in UNTRUE)) % 2 == 1
        denials += token.kind == "negation"
        if token.kind not in ("verb", "adverb", "negation") and token.key not in ("the", *UNREAL):
            break
    return False


def is_of_another(clause: Sequence[Token], at: int) -> bool:
    """Whether what is said at `at` is said of somebody else: "the other speaker's pitch is"."""
    for place in leftwards(clause, at):
        key, whose = clause[place].key, clause[place + 1].key.split()[0].removesuffix("'s")
        if (
            key == "else's"
            or key.removesuffix("'s") in BYSTANDERS
            or (key in ("another", "other") and whose in PEOPLE)
            or (key in SOMEBODY and whose == "else")
        ):
            return True
    return False


_SOMETIME = ("when", "whenever")
_ONE_AND_ONLY = ("the", "these", "than", "two", "three", "both", "several")


def is_general(clause: Sequence[Token], at: int) -> bool:
    """Whether what is said at `at` is said of people at large: "people who are angry raise".

    Or of a feeling, or of whenever somebody has it: "in anger, …", "when people are angry, …".
    """
    keys = [token.key for token in clause[:3]]
    if keys[1:] and keys[0] in _SOMETIME and (keys[1] in AT_LARGE or keys[1] in ANY_ONE):
        return True
    if keys[:1] == ["in"] and keys[2:] == [","] and normalise_label(keys[1]) is not None:
        return True
    for place in leftwards(clause, at):
        key = clause[place].key
        if key == "that" or key in OPINIONS:  # what anybody would see is so
            return False
        if key in AT_LARGE and not (place and clause[place - 1].key in _ONE_AND_ONLY):
            return True
        if key in ANY_ONE and clause[place + 1].key == "who":
            return True
    return False


def is_supposed(clause: Sequence[Token], at: int) -> bool:
    """Whether what is said at `at` is only supposed: "if the pitch were", "were the pitch"."""
    for place in leftwards(clause, at):
        if clause[place].key in SUPPOSED or (not place and clause[place].key in ("were", "had")):
            return True
    return False


SAID = frozenset(("act", "word", "typical", "unmeasured"))
"""Kinds of the words that say something."""
_TURNS = frozenset(
    ("first", "then", "from", "between", "starts", "started", "begins", "began", "ends", "ended")
)
_OPENING = HEDGES | UNREAL | UNITS | _TURNS | {"could", "either", "than", "half", "end"} | BEFORE


def may_leave_open(keys: Collection[str]) -> bool:
    """Whether any of a clause's words could leave its claims open; most clauses have none."""
    return not _OPENING.isdisjoint(keys) or any(map(str.isdecimal, keys))


def is_open(clause: Sequence[Token], first: int, last: int) -> bool:
    """Whether the words around what is claimed from `first` to `last` leave it open."""
    return (
        any(
            _hedges(clause, place)
            for place in (*_before(clause, first), *_behind(clause, first, last))
        )
        or any(_hedges(clause, place) for place in _within(clause, first, last))
        or _opens_with_a_time(clause, first)
        or _in_turn(clause, first, last)
        or _is_number(clause, first, last)
        or _is_compared(clause, last)
    )


def _before(clause: Sequence[Token], first: int) -> Iterator[int]:
    """The places that what begins at `first` hangs on: up to another statement."""
    subject = clause[first].kind == "noun"
    for place in range(first - 1, max(0, first - LOOKED_BACK) - 1, -1):
        token, listed = clause[place], False
        if token.kind in ("join", "comma"):
            opening = token.key == "," and place == 1  # "perhaps, the brows are"
            if place and token.key in ("and", "or", "nor", ","):
                listed = not subject and clause[place - 1].kind in ("noun", "act", "unmeasured")
            if not (opening or listed):
                return
        elif token.key in ("as", "since", "given"):
            return
        yield place


def _within(clause: Sequence[Token], first: int, last: int) -> Iterator[int]:
    """The places within a claim, without parentheses: "soft[, almost a whisper,] and monotone"."""
    place = first
    while place < last:
        if clause[place].key == ",":
            end = next((at for at in range(place + 1, last) if clause[at].key == ","), last)
            if end < last and any(token.kind in SAID for token in clause[place + 1 : end]):
                place = end
                continue
        yield place
        place += 1


def ends_there(clause: Sequence[Token], last: int) -> bool:
    """Whether what ends at `last` is said of an end: "(the pitch rises) at the end"."""
    keys = [token.key for token in clause[last + 1 : last + 5] if token.key != "very"]
    return keys[:2] == ["at", "the"] and keys[2:] != [] and keys[2].split()[0] == "end"


_TIME_WORDS = 7
"""Of an opening such as "at the very beginning of this short clip", at most."""


def _opens_with_a_time(clause: Sequence[Token], first: int) -> bool:
    """Whether all of the clause is of one moment: "at the beginning of the video, he frowns"."""
    comma = next((at for at in range(min(first, _TIME_WORDS)) if clause[at].key == ","), 0)
    opening = clause[:comma]
    at_the_end = [token.key for token in opening[:3]] == ["at", "the", "end"]
    timed = at_the_end or any(token.key in FOR_A_TIME for token in opening[:1])
    return timed and not any(token.kind in ("noun", "act") for token in opening)


def _tells(clause: Sequence[Token], first: int, last: int) -> bool:
    """Whether a claim is a statement, "the pitch is raised", and no noun phrase."""
    return last > first and clause[first].kind == "noun"


def _behind(clause: Sequence[Token], first: int, last: int) -> Iterator[int]:
    """The places behind a claim that belong to it: "(a smile) may be seen", "(raised), perhaps"."""
    place, end = last + 1, len(clause)
    if _tells(clause, first, last) and place < end and clause[place].key in (*MODALS, *UNREAL):
        return  # "that the pitch is raised may surprise"
    while place < end and place < last + 4 and clause[place].kind == "verb":
        place += 1
    if place + 1 < end and clause[place].key == ",":
        if place + 2 == end or clause[place + 2].kind == "comma":
            yield place + 1
    elif place < end:
        yield place


def _hedges(clause: Sequence[Token], place: int) -> bool:
    key, after = clause[place].key, clause[place + 1 : place + 3]
    if key == "could":
        keys = [token.key for token in after]
        return keys[:1] in (["be"], ["have"]) and not SEEN_OR_HEARD.intersection(keys)
    if key == "possibly" and place and clause[place - 1].kind == "negation":
        return False  # "cannot possibly be raised"
    if key == "either":
        return place + 1 < len(clause)  # and not "is not raised either"
    return key in HEDGES or key in UNREAL


def _in_turn(clause: Sequence[Token], first: int, last: int) -> bool:
    """Whether it is so at first only, or then: "is first raised, then lowered", "from … to"."""
    inside = range(first + 1, last)
    if any(clause[place].key in _TURNS and _predicated(clause, place) for place in inside):
        return True
    place = last + 1
    while place < len(clause) and place < last + 3 and clause[place].kind in ("join", "comma"):
        place += 1
    return place < len(clause) and clause[place].key == "then" and _predicated(clause, place)


def _predicated(clause: Sequence[Token], place: int) -> bool:
    return place + 1 < len(clause) and clause[place + 1].kind in (
        "word", "typical", "verb", "adverb", "less", "more",
    )  # fmt: skip


def _is_number(clause: Sequence[Token], first: int, last: int) -> bool:
    """Whether a number is claimed, such as "is 3 semitones higher" or "twice as loud"."""
    for place in range(max(0, first - 1), min(len(clause), last + 4)):
        token = clause[place]
        if place > last and token.key in ("(", "by", "to", "at", "around", "about"):
            continue
        counted = token.key.isdecimal() or token.key in UNITS
        if counted and (place >= first or token.key in UNITS):
            return True
        if token.key == "half" and place < last and clause[place + 1].key == "as":
            return True
        if place > last and token.kind != "other":
            break
    return False


def _is_compared(clause: Sequence[Token], last: int) -> bool:
    """Whether it is compared with anything but what is usual: "than before", "as ever" is not."""
    place = last + 1
    while place < len(clause) and place < last + 3 and clause[place].kind in ("adverb", "more"):
        place += 1
    after = [token.key for token in clause[place : place + 8]]
    if after[:1] == ["as"]:
        return bool(BEFORE.intersection(after[1:2]))
    return after[:1] == ["than"] and not USUAL.intersection(after)
