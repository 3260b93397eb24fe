"""A sentence is its English, and still knows how to be said in another language."""

from __future__ import annotations

import pickle

from model.errors import MediaError
from model.sentence import Sentence, listed


def test_a_sentence_is_its_english_and_knows_how_it_was_made() -> None:
    said = Sentence("'{path}' breaks off at second {at_s:.1f}.", path="{a}.mp4", at_s=2.26)
    assert said == "'{a}.mp4' breaks off at second 2.3."
    assert (said.text, said.values["path"]) == (
        "'{path}' breaks off at second {at_s:.1f}.", "{a}.mp4",
    )  # fmt: skip
    assert Sentence("No values: {braces} stay.") == "No values: {braces} stay."


def test_sentences_in_a_row_each_know_how_they_were_made() -> None:
    parts = [Sentence("{url} is gone", url="{a}"), Sentence("it is late")]
    row = pickle.loads(pickle.dumps(listed(parts)))
    assert row == "{a} is gone; it is late"
    assert [part.text for part in row.values.values()] == ["{url} is gone", "it is late"]


def test_an_error_crosses_processes_with_its_sentence() -> None:
    error = MediaError("'{path}' is empty.", path="a.mp4")
    there = pickle.loads(pickle.dumps(error))
    assert str(there) == str(error) == "'a.mp4' is empty."
    assert (there.sentence.text, there.sentence.values) == ("'{path}' is empty.", {"path": "a.mp4"})
