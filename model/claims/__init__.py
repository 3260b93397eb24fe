"""What a text claims of a face and a voice.

    lexicon.py  how each cue is said: what the rationale grammar writes and the reader understands
    letters.py  text as it is seen: foreign and unseen signs in it
    words.py    a text cut into nouns, words of direction, adverbs and negations
    facs.py     codes of the Facial Action Coding System
    reader.py   tokens joined to claims
    scope.py    what the words around a claim do to it: denial, doubt, time, comparison
    places.py   a cue that is put into the other modality
    weights.py  how much face and voice are said to weigh
    claim.py    `Claim`

`model.evidence` holds claims against what was measured.
"""

from __future__ import annotations

from model.claims.claim import Claim, Direction, Strength
from model.claims.reader import find_claims, mentions_modality, skeleton
from model.claims.weights import WEIGHT_CUES

__all__ = [
    "WEIGHT_CUES",
    "Claim",
    "Direction",
    "Strength",
    "find_claims",
    "mentions_modality",
    "skeleton",
]
