"""Credit where it is due: an advantage for the words of each claim, in place of the whole text's.

GRPO pays a completion as a whole: one false claim among six makes all words of it less likely, the
five true ones too; and where the answer is right, all that was said becomes likelier. But the
measurements judge every claim by itself, and it is known where in the text a claim stands. So the
words of a claim get an advantage of their own: what it earned, less what the claims of its kind
earned in its group on average. It is to a claim what the group-relative advantage (Shao et al.
2024, arXiv 2402.03300) is to a completion.

Claims of cues and claims of weight are of two kinds: cues are mostly named rightly, so that whoever
compared the two would teach to be silent about weights instead of teaching which way they lie.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from model.claims import find_claims
from model.evidence import Evidence
from training.rationales.repetition import by_place
from training.reinforcement.turn import read_turn


@dataclass(frozen=True)
class PaidClaim:
    """A claim from character `start` to `end` of a completion, and what it earned: 1 or -1.

    Attributes:
        of_weight: it says how much a modality weighs in the answer.
    """

    start: int
    end: int
    earned: float
    of_weight: bool = False


def paid_claims(
    completion: str, evidence: Evidence, foreseen: str | None = None
) -> list[PaidClaim]:
    """The claims of a well-formed completion that were measured: 1 if borne out, -1 if refuted.

    What the same words claim is paid once, and only if all of it holds. A true claim of a cue that
    was named before costs what a false one does: whoever reads it twice, in two strengths even,
    believes neither. A weight told again is left out. So is everything in a completion that is not
    well formed, and a denial that holds, as most do of whatever clip.

    Args:
        foreseen: the emotion whose weights the rationale was told. Of another it cannot know them:
            what it says of them is then left out.
    """
    turn = read_turn(completion)
    if turn is None:
        return []
    found: list[PaidClaim] = []
    told: set[str | None] = set()
    for (start, end, of_weight), claims in by_place(find_claims(completion, evidence.modalities)):
        if of_weight and foreseen not in (None, turn.emotion):
            continue
        verdicts = [evidence.check(claim, turn.emotion) for claim in claims]
        if "contradicted" in verdicts:
            found.append(PaidClaim(start, end, -1.0, of_weight))
            told.update(claim.cue for claim in claims)  # a second try is no better
        elif any(v == "supported" and not c.negated for v, c in zip(verdicts, claims, strict=True)):
            again = told.issuperset(claim.cue for claim in claims)
            told.update(claim.cue for claim in claims)
            if not (again and of_weight):
                found.append(PaidClaim(start, end, -1.0 if again else 1.0, of_weight))
    return found


def group_advantages(group: Sequence[Sequence[PaidClaim]]) -> list[list[PaidClaim]]:
    """What each claim earned less the mean of its kind in the group, all completions of one window.

    >>> [true], [false] = group_advantages([[PaidClaim(0, 4, 1.0)], [PaidClaim(0, 4, -1.0)]])
    >>> true.earned, false.earned
    (1.0, -1.0)
    """
    mean = {}
    for kind in (False, True):
        earned = [c.earned for claims in group for c in claims if c.of_weight == kind]
        mean[kind] = sum(earned) / max(len(earned), 1)
    return [
        [dataclasses.replace(c, earned=c.earned - mean[c.of_weight]) for c in claims]
        for claims in group
    ]


def of_tokens(claims: Sequence[PaidClaim], pieces: Sequence[str]) -> list[float | None]:
    """The advantage of each token of a claim; where claims share words, the mean of theirs.

    Args:
        pieces: the tokens' texts; together they are the text that the claims stand in.

    >>> of_tokens([PaidClaim(4, 8, 0.5)], ["The ", "br", "ow", "s"])
    [None, 0.5, 0.5, None]
    """
    advantages: list[float | None] = []
    end = 0
    for piece in pieces:
        start, end = end, end + len(piece)
        here = [claim.earned for claim in claims if claim.start < end and start < claim.end]
        advantages.append(sum(here) / len(here) if here else None)
    return advantages
