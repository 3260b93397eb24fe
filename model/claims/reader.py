"""What a text claims about a face and a voice, so that each claim can be checked.

`find_claims` reads any text, not only the grammar's: it looks for the lexicon's nouns and words,
joins those that stand together as English joins them ("raised brows", "the brows are raised",
"the brows and the upper lids are slightly raised, not lowered"), and reads adverbs, comparison and
negation. What it knows but nobody measures becomes a claim without a cue. A noun without a
direction ("the voice speaks for itself") is no claim. What is said of the weight of face and voice
in the answer is one (`model.claims.weights`).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from model.claims.claim import Claim, Direction, Strength
from model.claims.letters import as_seen
from model.claims.places import is_misplaced, named_modalities
from model.claims.scope import (
    LOOKED_BACK,
    REACH,
    ends_there,
    is_denied_behind,
    is_denied_outside,
    is_general,
    is_of_another,
    is_open,
    is_supposed,
    may_leave_open,
)
from model.claims.weights import WEIGHT_CUES, WeightKind, find_weight_claims
from model.claims.words import (
    ABSENT,
    DONE,
    FLIP,
    LESS_ACT,
    LISTED,
    MODALITY_WORDS,
    MOVING,
    SAYING,
    SHOWING,
    SINGULAR,
    STRENGTH_OF,
    TRANSPARENT,
    TYPICAL_WORDS,
    UNREAL,
    Token,
    act_meanings,
    meanings,
    split_clauses,
    tokenise,
    unmeasured_modalities,
)
from model.cues import CUES, Modality
from model.labels import normalise_label
from model.layout import MODALITIES


@dataclass
class _Modifiers:
    """What stands before a word: from `first` on."""

    first: int
    strength: Strength = "plain"
    less: bool = False
    negated: bool = False


def _modifiers(clause: Sequence[Token], at: int) -> _Modifiers:
    """Read adverbs, comparison and negation leftwards from the word at `at`."""
    found = _Modifiers(at)
    strengths: list[Strength] = []
    while found.first > 0:
        token = clause[found.first - 1]
        if token.kind == "adverb":
            strengths.append(STRENGTH_OF[token.key])
        elif token.kind == "less":
            found.less = True
        elif token.kind == "negation":
            found.negated = not found.negated
        elif token.kind != "more":
            break
        found.first -= 1
    if strengths:  # "very slightly" is slight
        found.strength = "slight" if "slight" in strengths else strengths[0]
    return found


_LACKING = frozenset(("lacks", "lacking", "devoid", "free of", "free from"))
"""They deny a list that ends in "and", too."""
_BEFORE_DENIED = TRANSPARENT | SHOWING
_IN_A_LIST = TRANSPARENT | {","}


def _negated_before(clause: Sequence[Token], at: int) -> bool:
    """Whether a noun phrase that begins at `at` is denied: "no sign of a", "no smile, frown or a".

    Without "or" at its end nothing is a list of what is denied: "no smile, raised brows".
    """
    joined: set[str] = set()
    for left in range(at - 1, max(-1, at - LOOKED_BACK - 1), -1):
        token = clause[left]
        if token.kind == "negation" or token.key == "nor" or _is_few(clause, left):
            return "and" not in joined or token.key in _LACKING
        if token.kind == "join":
            joined.add("or" if token.key == "or" else "and")
        elif token.key == ",":
            joined.add(_end_of_list(clause, left))
            if left == 0 or clause[left - 1].kind not in ("noun", "act", "unmeasured"):
                return False
        elif (
            token.key not in _BEFORE_DENIED
            and token.kind not in ("verb", "adverb")
            and not (joined and token.kind in SAYING)
        ):
            return False
        if "" in joined:
            return False
    return False


def _end_of_list(clause: Sequence[Token], comma: int) -> str:
    """What joins the last of a list that goes on behind a comma: "or", "and", or nothing."""
    for token in clause[comma + 1 : comma + 1 + LOOKED_BACK]:
        if token.kind == "join":
            return "or" if token.key in ("or", "nor") else "and"
        if token.kind not in LISTED and token.key not in _IN_A_LIST:
            break
    return ""


def _is_few(clause: Sequence[Token], at: int) -> bool:
    """Whether "little" or "few" stands there, and not "a few"."""
    return clause[at].key in ("little", "few") and not (at and clause[at - 1].key == "a")


def _attributive_noun(clause: Sequence[Token], at: int) -> int | None:
    """The noun that the word before it describes: "slow, quiet [speech]", "high in [pitch]"."""
    if clause[at].key in ("up", "down"):  # "picks up a slow pace"
        return None
    for following in range(at + 1, min(at + REACH, len(clause))):
        token = clause[following]
        if token.kind == "noun" or token.kind == "act":
            previous = clause[following - 1]
            fits = previous.kind in ("word", "typical") or previous.key == "in"
            return following if fits and token.kind == "noun" else None
        if token.kind not in ("word", "typical", "adverb", "join", "comma") and token.key != "in":
            return None
    return None


def _subject_nouns(clause: Sequence[Token], first: int, word: str) -> list[int]:
    """The nouns to the left that the predicate beginning at `first` is said of, nearest first."""
    strangers, crossed = 0, False
    for at in range(first - 1, max(-1, first - REACH), -1):
        token = clause[at]
        if token.kind == "noun" and (token.key, word) in meanings():
            return [at, *_joined_nouns(clause, at, word)]
        if token.kind == "comma":
            between = clause[at + 1 : first]
            if any(t.kind in ("other", "noun", "act") for t in between) and not crossed:
                return []
            crossed = True
        strangers += token.kind == "other"
        if strangers > 8:
            return []
    return []


def _joined_nouns(clause: Sequence[Token], at: int, word: str) -> list[int]:
    """Nouns before `at` that share its predicate: "the pitch and [the volume] are raised".

    A comma before the last one, or a singular verb, means that a new clause has begun.
    """
    nouns: list[int] = []
    joined = False
    if at + 1 < len(clause) and clause[at + 1].key in SINGULAR:
        return nouns
    for left in range(at - 1, max(-1, at - REACH), -1):
        token = clause[left]
        if token.key == "," and not nouns:
            break
        if token.kind == "join" or token.key == ",":
            joined = True
        elif token.kind == "noun" and joined and (token.key, word) in meanings():
            if left > 0 and clause[left - 1].kind in ("word", "typical"):  # has its own already
                break
            nouns.append(left)
            joined = False
        elif token.key not in ("the", "a", "an"):
            break
    return nouns


def _denied_between(clause: Sequence[Token], noun: int, first: int) -> bool:
    """Whether the way from a subject to its predicate passes a negation: "are, it seems, not"."""
    between = list(clause[noun + 1 : first])
    for at in range(len(between) - 1, -1, -1):
        if between[at].key == "but":  # "not slightly but strongly raised"
            break
        if between[at].kind in ("word", "typical"):  # an earlier predicate; "not high or loud"
            since = between[at + 1 :]
            listed = any(token.key == "," for token in since) and _end_of_list(clause, first - 1)
            if listed != "or" and not any(token.key in ("or", "nor") for token in since):
                return any(token.kind == "negation" for token in since)
        elif between[at].kind == "negation":
            return True
    at = noun - 1
    while at >= 0 and (clause[at].key in TRANSPARENT or clause[at].kind == "verb"):
        at -= 1
    return at >= 0 and (clause[at].kind == "negation" or clause[at].key == "nor")


def _claims_of_word(text: str, clause: Sequence[Token], at: int) -> Iterator[Claim]:
    """The claims made with the direction word at `at`."""
    token = clause[at]
    word = "" if token.kind == "typical" else token.key
    modifiers = _modifiers(clause, at)
    nouns, denied = _bind(clause, at, modifiers.first, word)
    last = at
    if not nouns and word in DONE:
        nouns, word = _done_to(clause, at), DONE[word]
        denied = [_negated_before(clause, modifiers.first)] * len(nouns)
    after = clause[at + 1] if at + 1 < len(clause) else None
    if modifiers.first == at and after is not None and after.kind == "adverb":
        beyond = clause[at + 2].kind if at + 2 < len(clause) else "stop"
        if beyond not in ("word", "typical", "less", "more"):  # "raised a little"
            modifiers.strength, last = STRENGTH_OF[after.key], at + 1
    usual = _end_of_as_usual(clause, at)
    if usual is not None:
        if at > 1 and clause[at - 2].kind == "other":  # "half as loud as usual"
            return
        last = usual
    for noun, denial in zip(nouns, denied, strict=True):
        if any(token.key in UNREAL for token in clause[noun + 1 : modifiers.first]):
            continue
        negated = modifiers.negated or denial
        for cue, direction in meanings()[clause[noun].key, word]:
            if usual is not None and not negated:  # what is not as loud as usual is not loud
                direction = "typical"
            start = min(clause[noun].start, clause[modifiers.first].start)
            end = max(clause[noun].end, clause[last].end)
            yield Claim(
                text[start:end], start, end, cue, CUES[cue].modality,
                FLIP[direction] if modifiers.less else direction,
                "plain" if direction == "typical" else modifiers.strength,
                negated,
            )  # fmt: skip


_ALWAYS = TYPICAL_WORDS | {"always", "ever"}


def _end_of_as_usual(clause: Sequence[Token], at: int) -> int | None:
    """Where "as loud as usual", whose word is at `at`, ends; `None` if nothing such stands here."""
    keys = [token.key for token in clause[at + 1 : at + 3]]
    if at == 0 or clause[at - 1].key != "as" or not keys:
        return None
    if keys[0] == "as usual":
        return at + 1
    return at + 2 if keys[0] == "as" and keys[-1] in _ALWAYS else None


def _bind(clause: Sequence[Token], at: int, first: int, word: str) -> tuple[list[int], list[bool]]:
    """The nouns that the word at `at` is said of, and whether each is denied."""
    predicative = first > 0 and clause[first - 1].kind == "verb"
    if not word and not predicative and not (first > 0 and clause[first - 1].kind == "noun"):
        first = 0  # "the voice suggests a neutral state" says nothing of the voice
    noun = _attributive_noun(clause, at)
    described = [noun] if noun is not None and (clause[noun].key, word) in meanings() else []
    subjects = _subject_nouns(clause, first, word)
    if subjects and (not described or (predicative and noun != at + 1)):
        return subjects, [_denied_between(clause, subject, first) for subject in subjects]
    return described, [_negated_before(clause, first)] * len(described)


def _done_to(clause: Sequence[Token], at: int) -> list[int]:
    """The noun of which the verb at `at` makes what it says: "raises the [brows]"."""
    noun = at + 1
    while noun < len(clause) and clause[noun].key in ("the", "a", "an", "both"):
        noun += 1
    known = noun < len(clause) and (clause[noun].key, DONE[clause[at].key]) in meanings()
    return [noun] if known else []


def _claim_of_act(text: str, clause: Sequence[Token], at: int) -> Claim:
    """The claim made by a noun such as "smile", with what stands before and after it."""
    cue, own = act_meanings()[clause[at].key]
    direction = own
    strengths: list[Strength] = []
    first, last = at, at
    while first > 0:
        key = clause[first - 1].key
        if key in LESS_ACT:
            direction = FLIP[own]
        elif key in STRENGTH_OF:
            strengths.append(STRENGTH_OF[key])
        elif key in TYPICAL_WORDS:
            direction = "typical"
        elif not (key in ("a", "an") and first > 1 and clause[first - 2].kind == "less"):
            break
        first -= 1
    denied = _negated_before(clause, first)
    after = at + 1
    if after < len(clause) and clause[after].kind == "verb":
        while after + 1 < len(clause) and clause[after + 1].kind in ("adverb", "negation"):
            after += 1
        key = clause[after + 1].key if after + 1 < len(clause) else ""
        tail = clause[at + 1 : after + 2]
        if key in TYPICAL_WORDS or key in STRENGTH_OF or key in LESS_ACT or key in ABSENT:
            last = after + 1
            direction = _act_direction(key, own)
            strengths = [STRENGTH_OF[t.key] for t in tail if t.key in STRENGTH_OF]
        denials = sum(token.kind == "negation" for token in tail) + (key in ABSENT)
        denied = denied != (denials % 2 == 1)
    elif [token.kind for token in clause[after : after + 2]] == ["negation", "verb"] or (
        after < len(clause) and clause[after].key in ABSENT
    ):  # "a smile never appears", "the smile fades"
        denied = not denied
    elif _ends_in_adverb(clause, at):
        while last + 1 < len(clause) and clause[last + 1].kind in ("adverb", "less"):
            last += 1
            if clause[last].kind == "less":
                direction = FLIP[own]
            else:
                strengths.append(STRENGTH_OF[clause[last].key])
    strength: Strength = "plain"
    if strengths and direction != "typical" and own == "raised":  # a faint murmur is no loud one
        strength = "slight" if "slight" in strengths else strengths[0]
    start, end = clause[first].start, clause[last].end
    return Claim(text[start:end], start, end, cue, CUES[cue].modality, direction, strength, denied)


def _act_direction(key: str, own: Direction) -> Direction:
    if key in TYPICAL_WORDS:
        return "typical"
    return FLIP[own] if key in LESS_ACT else own


def _ends_in_adverb(clause: Sequence[Token], at: int) -> bool:
    """Whether an adverb behind the verb at `at` is the verb's: "frowns deeply", not "very loud"."""
    after = at + 1
    while after < len(clause) and after < at + 3 and clause[after].kind in ("adverb", "less"):
        after += 1
    ends = after == len(clause) or clause[after].kind in ("comma", "join")
    return ends and clause[at].key.endswith(("s", "ing", "ed"))


def find_claims(text: str, present: Collection[Modality] = MODALITIES) -> list[Claim]:
    """All claims of a text about face and voice, in the order of their beginning.

    Args:
        present: the modalities that there are; "the signs are weak" is about each of them.

    >>> [(c.cue, c.direction, c.strength) for c in find_claims("The pitch is slightly raised.")]
    [('pitch', 'raised', 'slight')]
    """
    found = [*_cue_claims(text), *_weights(text, present)]
    return sorted(found, key=lambda claim: (claim.start_char, claim.end_char))


def _cue_claims(text: str) -> Collection[Claim]:
    """All claims but those of weight."""
    claims: dict[tuple[object, ...], Claim] = {}
    before: list[Token] = []
    quoted = _quoted(text)
    for clause in split_clauses(tokenise(text)):
        told = bool(before and clause) and ":" in text[before[-1].end : clause[0].start]
        for claim in _claims_of_clause(text, clause, before if told else [], quoted):
            key = (claim.start_char, claim.cue, claim.direction, claim.negated, claim.end_char)
            claims.setdefault(key, claim)
        before = clause
    return claims.values()


_QUOTATION = re.compile(r'"[^"]*"|“[^“”]*”')


def _quoted(text: str) -> bytearray:
    """1 for each character between quotation marks, but for a text that is so as a whole."""
    marked = bytearray(len(text))
    for match in _QUOTATION.finditer(text):
        if text[: match.start()].strip() or text[match.end() :].strip(" .\n"):
            marked[match.start() : match.end()] = b"\1" * len(match.group())
    return marked


def _claims_of_clause(
    text: str, clause: Sequence[Token], lead: Sequence[Token], quoted: bytearray
) -> Iterator[Claim]:
    """The claims of a clause as its sentence leaves them: denied, or not to be judged.

    Args:
        lead: what stands in front of a colon before the clause.
        quoted: 1 for each character that somebody else says, or that is said in jest.
    """
    words = {token.key for token in clause}
    places = named_modalities(words) | named_modalities(token.key for token in lead)
    opens = may_leave_open(words)
    for claim, at in _plain_claims(text, clause):
        if claim.cue is None:
            yield claim
            continue
        first = next(i for i in range(at, -1, -1) if clause[i].start <= claim.start_char)
        last = next(i for i in range(at, len(clause)) if clause[i].end >= claim.end_char)
        if (
            is_of_another(clause, at)
            or is_general(clause, at)
            or any(quoted[claim.start_char : claim.end_char])
            or (opens and is_open(clause, first, last))
            or (
                places - {claim.modality}
                and is_misplaced(clause, first, last, claim.modality, lead)
            )
        ):
            yield dataclasses.replace(claim, cue=None)
        elif ends_there(clause, last):
            yield _of_the_end(claim, clause[at].key)
        elif is_denied_outside(clause, at, claim.start_char) != is_denied_behind(clause, last):
            yield dataclasses.replace(claim, negated=not claim.negated)
        else:
            yield claim


def _of_the_end(claim: Claim, word: str) -> Claim:
    """What is said of an end only: a pitch that moves there is the phrase's melody, else open."""
    if claim.cue == "pitch" and word in MOVING:
        return dataclasses.replace(claim, cue="pitch_slope")
    return claim if claim.cue == "pitch_slope" else dataclasses.replace(claim, cue=None)


def _plain_claims(text: str, clause: Sequence[Token]) -> Iterator[tuple[Claim, int]]:
    """What the words of a clause claim by themselves, and the place of the word."""
    for at, token in enumerate(clause):
        if token.kind == "unmeasured":
            modality = unmeasured_modalities()[token.key]
            yield Claim(text[token.start : token.end], token.start, token.end, None, modality), at
        elif token.kind not in ("act", "word", "typical") or is_supposed(clause, at):
            continue
        elif token.kind == "act":
            yield _claim_of_act(text, clause, at), at
        else:
            yield from ((claim, at) for claim in _claims_of_word(text, clause, at))


_DIRECTION_OF: Mapping[WeightKind, Direction] = {
    "leads": "raised", "shares": "typical", "faint": "lowered",
}  # fmt: skip


def _weights(text: str, present: Collection[Modality]) -> Iterator[Claim]:
    for one in find_weight_claims(text):
        if one.kind == "faint" and WEIGHT_CUES[one.cue] not in present:
            continue
        words = text[one.start_char : one.end_char]
        yield Claim(
            words, one.start_char, one.end_char, None if one.hedged else one.cue,
            WEIGHT_CUES[one.cue], _DIRECTION_OF[one.kind], negated=one.denied,
        )  # fmt: skip


def mentions_modality(text: str) -> set[Modality]:
    """Which modalities a text speaks of at all, by claims or by mere mention."""
    words = set(re.findall(r"[a-z]+", as_seen(text)[0]))
    found: set[Modality] = {m for m, known in MODALITY_WORDS.items() if words & known}
    return found | {claim.modality for claim in _cue_claims(text)}


def skeleton(text: str) -> str:
    """The sentence frames of a text: claims become `<cue>`, emotions `<emotion>`, articles go.

    >>> skeleton("The face shows a faint smile, and this points to happiness.")
    'face shows <cue>, and this points to <emotion>.'
    """
    masked, at = [], 0
    for claim in find_claims(text):
        if claim.start_char >= at:
            masked += [text[at : claim.start_char], "<cue>"]
        at = max(at, claim.end_char)
    words = " ".join([*masked, text[at:]]).lower().split()
    kept = [_mask_emotion(word) for word in words if word not in ("a", "an", "the")]
    return re.sub(r"\s+([,.;:!?])", r"\1", " ".join(kept))


def _mask_emotion(word: str) -> str:
    core = word.strip(",.;:!?")
    return word.replace(core, "<emotion>") if core and normalise_label(core) else word
