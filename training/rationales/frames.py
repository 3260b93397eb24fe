"""The frames and connectives of rationales, as data.

No frame may hold a word that `model.claims` would take for a claim, nor speak of the other
modality.
"""

from __future__ import annotations

from collections.abc import Mapping

from model.cues import Modality

EMOTION_NOUNS = {
    "angry": "anger", "happy": "happiness", "sad": "sadness", "neutral": "a neutral state",
}  # fmt: skip


SHOW: Mapping[Modality, tuple[str, ...]] = {
    "face": (
        "the face shows {}", "in the face there {be} {}", "the face is marked by {}",
        "{} can be seen in the face", "the face carries {}", "what stands out in the face is {}",
        "on the face one sees {}", "the expression shows {}", "there {be} {} in the face",
        "{} {stand} out in the face", "the face gives {}", "the camera catches {}",
    ),
    "voice": (
        "the voice has {}", "in the voice there {be} {}", "the voice is marked by {}",
        "{} can be heard in the voice", "the voice carries {}",
        "what stands out in the voice is {}", "in the voice one hears {}",
        "the speaker uses {}", "there {be} {} in the voice", "{} {stand} out in the voice",
        "the voice comes with {}", "the ear catches {}",
    ),
}  # fmt: skip
ABOUT: Mapping[Modality, tuple[str, ...]] = {
    "face": (
        "{}", "{}", "{}", "in the face, {}", "on the face, {}", "as for the face, {}",
        "to the eye, {}", "as the face shows, {}", "the face is telling: {}",
        "one sees that {}", "in the expression, {}",
    ),
    "voice": (
        "{}", "{}", "{}", "in the voice, {}", "on the voice side, {}", "as for the voice, {}",
        "to the ear, {}", "as the voice shows, {}", "the voice is telling: {}",
        "one hears that {}", "in the sound, {}",
    ),
}  # fmt: skip
AND_CLAUSE = (" and ", ", and ", "; ", ", and at the same time ", "; also, ", ", while ")
AND_NOUN = (" and ", " and ", " as well as ", " together with ", " along with ", " next to ")
WITH = (", with ", ", along with ", ", together with ", "; there is also ", ", next to ")


FIRST = ("", "", "", "", "first, ", "to begin with, ", "here, ", "in this clip, ", "for a start, ")
SECOND = (
    "", "", "meanwhile, ", "in addition, ", "at the same time, ", "besides, ", "then, ",
    "next, ", "beyond that, ", "on top of this, ",
)  # fmt: skip


LEAD = ("", "", "taken together, ", "overall, ", "all in all, ", "on the whole, ", "in sum, ")
SIGNS = (
    ("all of this", False), ("the combination", False), ("the pattern", False),
    ("these signs", True), ("these cues", True), ("the observations", True),
)  # fmt: skip
POINT = (
    ("points to", "point to"), ("argues for", "argue for"), ("suggests", "suggest"),
    ("fits", "fit"), ("indicates", "indicate"), ("is in line with", "are in line with"),
    ("matches", "match"), ("makes one think of", "make one think of"),
)  # fmt: skip
BEST = (
    "{lead}the likeliest answer is {emotion}", "{lead}{emotion} is the closest match",
    "{lead}{emotion} fits best",
)  # fmt: skip
VERDICT = "{lead}{signs} {point} {emotion}", "{lead}{signs} {point} {emotion}", *BEST
"""Openings of the conclusion. Nothing in front of the emotion may hang on which it is: a reader
who goes word by word decides at that word, as in the direct answer, and not by the frame."""

AGREED = (
    ", and face and voice agree on it", ", as face and voice both show",
    "; what is seen and what is heard tell the same story",
    ", by the face as much as by the voice", ", on both sides",
)  # fmt: skip
ONE_LEADS = (
    ", by the {leader} more than by the {other}", "; it is mainly the {leader} that shows it",
    "; the {other} tells less", ", though only the {leader} shows it clearly",
    "; the {leader} weighs more here", ", going by the {leader}",
)  # fmt: skip
ALONE = ("", "", " most of all", " more than anything else", " above all")
"""Behind what is no superlative already, as those of `BEST` are."""
WEAK = (
    ", though the signs are weak", ", but none of this settles it",
    ", though the evidence is thin", ", with room for doubt", ", yet the case is not clear-cut",
    ", though the link is loose", ", as no more than a best guess", "; there is little to go on",
)  # fmt: skip
"""Ends of the conclusion: how far the modalities speak for the emotion that was named. Those of two
modalities are claims of weight (`model.claims.weights`)."""
