"""A sentence is its English, and still knows how to be said in another language."""

from __future__ import annotations

import pickle

from model.errors import MediaError
from model.sentence import Sentence


def test_a_sentence_is_its_english_and_knows_how_it_was_made() -> None:
    said = Sentence("'{path}' breaks off at second {at_s:.1f}.", path="{a}.mp4", at_s=2.26)
    assert said == "'{a}.mp4' breaks off at second 2.3."
    assert (said.text, said.values["path"]) == (
        "'{path}' breaks off at second {at_s:.1f}.", "{a}.mp4",
    )  # fmt: skip
    assert Sentence("No values: {braces} stay.") == "No values: {braces} stay."


def test_an_error_crosses_processes_with_its_sentence() -> None:
    error = MediaError("'{path}' is empty.", path="a.mp4")
    there = pickle.loads(pickle.dumps(error))
    assert str(there) == str(error) == "'a.mp4' is empty."
    assert (there.sentence.text, there.sentence.values) == ("'{path}' is empty.", {"path": "a.mp4"})
