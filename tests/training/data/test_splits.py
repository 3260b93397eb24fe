"""No speaker is in two splits."""

from __future__ import annotations

import pytest

from training.data.splits import (
    DEV_SPEAKERS,
    OUT_OF_DISTRIBUTION,
    TEST_SPEAKERS,
    person_name,
    split_of,
)


def test_dev_and_test_speakers_are_different_people() -> None:
    assert not DEV_SPEAKERS & TEST_SPEAKERS
    for person in DEV_SPEAKERS | TEST_SPEAKERS:
        assert person_name(person) == person


@pytest.mark.parametrize("person", ["ravdess-01", "nemo-SM0", "emodb-09", "anyone"])
def test_ravdess_is_only_ever_tested_on(person: str) -> None:
    assert "ravdess" in OUT_OF_DISTRIBUTION
    assert split_of("ravdess", person) == "test"


def test_people_are_where_the_lists_put_them_and_else_in_training() -> None:
    assert {split_of(person.split("-")[0], person) for person in DEV_SPEAKERS} == {"dev"}
    assert {split_of(person.split("-")[0], person) for person in TEST_SPEAKERS} == {"test"}
    assert split_of("tess", "tess-OAF") == "train"


def test_names_padded_with_blanks_are_the_same_person() -> None:
    assert split_of("nemo", person_name("nemo-SM0  ")) == "dev"


def test_no_speaker_of_the_real_sets_is_in_two_splits(data_root) -> None:
    pandas = pytest.importorskip("pandas")
    splits: dict[str, set[str]] = {}
    for path in sorted(data_root.glob("voices_*.parquet")):
        table = pandas.read_parquet(path, columns=["source", "speaker"]).drop_duplicates()
        for source, speaker in table.itertuples(index=False):
            person = person_name(speaker)
            splits.setdefault(person, set()).add(split_of(source, person))
    assert {person for person, found in splits.items() if len(found) > 1} == set()
    assert splits.keys() >= DEV_SPEAKERS | TEST_SPEAKERS
