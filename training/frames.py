"""The frames and connectives of rationales, and the signs of the emotions, as data.

No frame may hold a word that `model.claims` would take for a claim, nor speak of the other
modality.
"""

from __future__ import annotations

from collections.abc import Mapping

from model.cues import Modality


def _expect(raised: str, lowered: str = "") -> dict[str, int]:
    return dict.fromkeys(raised.split(), 1) | dict.fromkeys(lowered.split(), -1)


_FEAR = _expect(
    "inner_brow_raiser outer_brow_raiser brow_lowerer upper_lid_raiser lip_stretcher jaw_drop"
    " pitch speaking_rate",
    "pauses pitch_range",
)
_SAD = _expect(
    "inner_brow_raiser brow_lowerer lip_corner_depressor chin_raiser pauses",
    "head_pitch lip_corner_puller pitch pitch_range loudness loudness_range speaking_rate"
    " brightness",
)
ASSOCIATIONS: Mapping[str, Mapping[str, int]] = {
    "angry": _expect(
        "brow_lowerer upper_lid_raiser lid_tightener lip_pressor upper_lip_raiser pitch"
        " pitch_range loudness loudness_range speaking_rate brightness",
        "pauses lip_corner_puller",
    ),
    "disgust": _expect(
        "upper_lip_raiser lid_tightener brow_lowerer chin_raiser lip_corner_depressor",
        "pitch speaking_rate lip_corner_puller",
    ),
    "fear": _FEAR,
    "anxiety": _FEAR,
    "happy": _expect(
        "lip_corner_puller upper_lip_raiser pitch pitch_range loudness speaking_rate brightness",
        "brow_lowerer lip_corner_depressor pauses",
    ),
    "sad": _SAD,
    "helplessness": _SAD,
    "disappointment": _SAD,
    "surprise": _expect(
        "inner_brow_raiser outer_brow_raiser upper_lid_raiser jaw_drop pitch pitch_range"
        " pitch_slope",
        "brow_lowerer lip_pressor",
    ),
    "boredom": _expect(
        "pauses", "upper_lid_raiser pitch pitch_range loudness loudness_range speaking_rate"
    ),
    "contempt": _expect("chin_raiser lip_pressor head_pitch", "pitch_range"),
}
"""Signs of the emotions: faces after Ekman, Friesen and Hager (FACS Investigator's Guide, 2002),
voices after Juslin and Laukka (Psychological Bulletin 129, 2003). They choose what is worth saying
and how sure the conclusion sounds, never what was measured."""

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
VERDICT = (
    "{lead}{signs} {point} {emotion}",
    "{lead}{signs} {point} {emotion}",
    "{lead}the likeliest answer is {emotion}",
    "{lead}{emotion} is the closest match",
    "{lead}{emotion} fits best",
)
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
WEAK = (
    ", though the signs are weak", ", but none of this settles it",
    ", though the evidence is thin", ", with room for doubt", ", yet the case is not clear-cut",
    ", though the link is loose", ", as no more than a best guess", "; there is little to go on",
)  # fmt: skip
"""Ends of the conclusion: how far the modalities speak for the emotion that was named."""
