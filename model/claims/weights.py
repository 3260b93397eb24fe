"""What a text claims about how much face and voice weigh in its answer.

"By the face more than by the voice" is no cue, but it is a claim, and it can be checked: how much
each modality contributed to the answer is measured (`model.runtime.contribution`). The same goes
for "though the signs are weak": who hedges where face or voice speaks clearly says what is not so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from model.claims.letters import as_seen
from model.cues import Modality

WEIGHT_CUES: Mapping[str, Modality] = {"face_weight": "face", "voice_weight": "voice"}
"""The names under which claims of weight go, as others go under their cue's."""

WeightKind = Literal["leads", "shares", "faint"]

_OTHER: Mapping[str, Modality] = {"face": "voice", "voice": "face"}
_MORE, _LESS = r"(?P<more>face|voice)", r"(?P<less>face|voice)"
_BOTH = (
    r"(?:the )?(?:face and (?:the )?voice|voice and (?:the )?face|what is seen and what is heard)"
)
_END = r"(?=(?: here)?(?:[.,;:!?]|$))"
_NOT = r"(?P<denied>do not |don't |hardly )?"

_LEADS = (
    rf"by the {_MORE} (?:more|rather) than (?:by )?the {_LESS}",
    rf"(?:mainly|mostly|chiefly|primarily|largely) (?:by |in |from )?the {_MORE}",
    rf"only the {_MORE} shows it",
    rf"the {_LESS} (?:tells|says|weighs|counts|shows) less{_END}",
    rf"the {_MORE} (?:tells|says|weighs|counts|shows) more{_END}",
    rf"(?:going|judging) by the {_MORE}(?! (?:and|as|more))",
)
_SHARES = (
    rf"{_BOTH} {_NOT}(?:both show|(?:both )?agree|concur|match|tell the same story|say the same)",
    rf"{_BOTH} (?P<opposed>disagree|contradict each other|conflict)",
    r"by the (?:face|voice) as much as by the (?:face|voice)",
    r"on both sides",
)
_SIGNS = r"(?:signs|evidence|cues|link|case|indications?|support)"
_FAINT = (
    rf"(?:the )?{_SIGNS} (?:is|are|stays?|remains?) (?P<denied>not |hardly )?"
    r"(?:weak|thin|loose|faint|scant|unclear)",
    rf"(?:the )?{_SIGNS} (?:is|are) (?:not|hardly) (?:clear-cut|clear|strong)",
    r"(?:but |yet )?none of this settles it",
    r"(?:with (?:some )?|leaves )room for doubt",
    r"(?:as )?no more than a (?:best )?guess",
    r"(?:there is )?little to go on",
)
_DENIED = re.compile(
    r"\b(?:not|never|hardly|barely|scarcely|neither|nor|cannot|\w+n't)"
    r"(?:\s+(?:so|much|really|quite|that|simply|just|only|merely|necessarily|at\s+all))*\s+$"
)
"""What denies the claim that begins where this ends."""
_DENIED_WITHIN = 120
"""Characters in front of a claim that are searched for it: all of them took minutes."""
_MAYBE = (
    r"(?:perhaps|maybe|possibly|probably|presumably|conceivably|arguably|likely|almost|sometimes"
    r"|often|usually|typically|generally|(?:may|might|could|must)(?: well)? be|if|whether"
    r"|not (?:sure|certain))"
)
_FILLERS = r"(?:(?:it|this|that|is|be|rests|comes|told|so|the|case|and|here)\s+)*"
_HEDGED = re.compile(rf"\b{_MAYBE},?\s+{_FILLERS}$".replace(" ", r"\s+"))
"""What leaves the claim open that begins where this ends, in the same clause."""
_HEDGED_BEHIND = re.compile(rf",?\s+(?:perhaps|maybe|possibly|probably|presumably){_END}")
_PATTERNS: list[tuple[re.Pattern[str], WeightKind]] = []
_PATTERNS += [(re.compile(p.replace(" ", r"\s+")), "leads") for p in _LEADS]
_PATTERNS += [(re.compile(p.replace(" ", r"\s+")), "shares") for p in _SHARES]
_PATTERNS += [(re.compile(p.replace(" ", r"\s+")), "faint") for p in _FAINT]


@dataclass(frozen=True)
class WeightClaim:
    """A modality is said to weigh more than the other, to speak for the answer too, or hardly.

    Attributes:
        start_char, end_char: where in the text.
        cue: of `WEIGHT_CUES`.
        kind: "leads", "shares", or "faint": what is there says little.
        denied: the opposite is said ("do not agree").
        hedged: it is said that it may be so.
    """

    start_char: int
    end_char: int
    cue: str
    kind: WeightKind
    denied: bool
    hedged: bool


def find_weight_claims(text: str) -> Iterator[WeightClaim]:
    """All claims of weight; what is said of both modalities, or of all there is, is one about each.

    >>> [c.cue for c in find_weight_claims("This is anger, by the face more than by the voice.")]
    ['face_weight']
    >>> [c.cue for c in find_weight_claims("Face and voice agree on it.")]
    ['face_weight', 'voice_weight']
    >>> [c.denied for c in find_weight_claims("This is anger, but not mainly by the face.")]
    [True]
    """
    seen, places = as_seen(text)
    for pattern, kind in _PATTERNS:
        for match in pattern.finditer(seen):
            before = _DENIED.search(seen, max(0, match.start() - _DENIED_WITHIN), match.start())
            if before and not (kind == "leads" and _says_leads(before.group() + match.group())):
                continue
            found = match.groupdict()
            about = _leaders(found) if kind == "leads" else set(_OTHER)
            denied = bool(before or found.get("denied") or found.get("opposed"))
            start = before.start() if before else match.start()
            first, end = places[start], places[match.end() - 1] + 1
            hedged = bool(
                _HEDGED.search(seen, max(0, start - _DENIED_WITHIN), start)
                or _HEDGED_BEHIND.match(seen, match.end())
            )
            for modality in sorted(about):
                yield WeightClaim(first, end, f"{modality}_weight", kind, denied, hedged)


def _says_leads(denied: str) -> bool:
    """Whether a denial says which one does not lead: "not only the face shows it" does not."""
    return not re.search(r"\b(?:only|just|merely|simply)\b", denied)


def _leaders(found: Mapping[str, str | None]) -> set[str]:
    """The modality that is said to lead; both, so that one is false, where that makes no sense."""
    more, less = found.get("more"), found.get("less")
    return {name for name in (more, less and _OTHER[less]) if name}
