"""Options that make no sense are refused in a sentence; what was found goes through JSON."""

from __future__ import annotations

import dataclasses
import json

import pytest

from model.analysis import Analysis, AnalysisOptions, CheckedClaim, Contribution
from model.errors import ConfigError
from model.evidence import Cue


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


def test_everything_goes_through_json_and_back() -> None:
    claim = CheckedClaim("the voice rises", "pitch", "voice", 0.5, 1.5, "supported")
    cue = Cue("pitch", "voice", 210.0, "Hz", 180.0, "person", 1.2, 0.5, 1.5)
    whole = Analysis(
        "a.wav", 0.0, 5.0, "happy", False, {"happy": 0.7, "sad": 0.3}, "The voice rises.", None,
        (claim,), Contribution(face=0.0, voice=0.4), 0, {"decode": 3.0}, (cue,),
    )  # fmt: skip
    plain = whole.to_json()
    assert plain == dataclasses.asdict(whole)
    assert list(plain) == [field.name for field in dataclasses.fields(Analysis)]
    assert Analysis.from_json(json.loads(json.dumps(plain))) == whole
    plain["probabilities"]["happy"] = plain["cues"][0]["value"] = 0.0
    assert whole.probabilities["happy"] == 0.7
    assert whole.cues[0].value == 210.0
