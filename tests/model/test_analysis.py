"""Options that make no sense are refused in a sentence."""

from __future__ import annotations

import pytest

from model.analysis import AnalysisOptions
from model.errors import ConfigError


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (("happy", "sad", "happy"), "`happy` and `happy` are the same emotion"),
        (("happiness", "sad", "joy"), "`happiness` and `joy` are the same emotion"),
        (("bliss", "sad", "Bliss "), "`bliss` and `Bliss ` are the same emotion"),
        (("happy", ""), "A label is empty"),
        (("happy", " "), "A label is empty"),
        ("happy", "single word `happy`"),
        (("happy",), "two different labels"),
        ((), "two different labels"),
    ],
)
def test_labels_among_which_nothing_can_be_chosen(
    labels: tuple[str, ...] | str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        AnalysisOptions(labels=labels)  # type: ignore[arg-type]


def test_an_emotion_that_is_not_known_may_be_asked_for() -> None:
    assert AnalysisOptions(labels=("bliss", "anger")).labels == ("bliss", "anger")


@pytest.mark.parametrize("name", ["window", "hop"])
@pytest.mark.parametrize("seconds", [86_400.5, 1e308])
def test_a_window_longer_than_a_day_is_refused(name: str, seconds: float) -> None:
    with pytest.raises(ConfigError, match=f"--{name} .*at most a day"):
        AnalysisOptions(**{f"{name}_s": seconds})  # type: ignore[arg-type]
    assert AnalysisOptions(window_s=86_400.0).window_s == 86_400.0
