"""Who is in which split. Speakers never cross; RAVDESS is only ever tested on."""

from __future__ import annotations

from typing import Literal

Split = Literal["train", "dev", "test"]

OUT_OF_DISTRIBUTION = ("ravdess",)

# Chosen by hand, so that both sexes and every language with several speakers are in each.
DEV_SPEAKERS = frozenset({
    "nemo-SM0", "emodb-09", "emodb-12", "urdu-SM4", "urdu-SF1",
})  # fmt: skip
TEST_SPEAKERS = frozenset({
    "nemo-MP0", "nemo-KD0", "emodb-03", "emodb-08", "urdu-SM1", "urdu-SM24", "urdu-SF6",
})  # fmt: skip


def person_name(speaker: str) -> str:
    """A speaker's name as the sets should have written it (nEMO's are padded with blanks)."""
    return speaker.replace(" ", "")


def split_of(source: str, person: str) -> Split:
    """The split that a person's clips are in."""
    if source in OUT_OF_DISTRIBUTION or person in TEST_SPEAKERS:
        return "test"
    return "dev" if person in DEV_SPEAKERS else "train"
