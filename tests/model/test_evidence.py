"""Evidence is read against the right reference, and claims are judged by the table."""

from __future__ import annotations

import numpy as np
import pytest

from model.baseline import Baseline, Norm, Norms
from model.claims import Claim, Direction, Strength, find_claims
from model.cues import CUES, FACE_CUES, VOICE_CUES
from model.evidence import Evidence, bears_out

NORMS = Norms({name: Norm(0.0 if kind.absolute else 0.5, 0.2, 0.1) for name, kind in CUES.items()})


def evidence(baseline: Baseline | None = None, **values: float) -> Evidence:
    return Evidence.from_values(values, {}, baseline or Baseline(), NORMS)


def claim(
    cue: str | None, direction: Direction = "raised", strength: Strength = "plain",
    negated: bool = False,
) -> Claim:  # fmt: skip
    return Claim("", 0, 0, cue, "voice", direction, strength, negated)


def test_deviation_is_in_population_sds_without_a_baseline() -> None:
    cue = evidence(pitch=0.9).cues["pitch"]
    assert cue.deviation == pytest.approx(2.0)
    assert (cue.reference, cue.against) == (0.5, "population")


def test_intensities_are_compared_by_square_roots() -> None:
    cue = evidence(jaw_drop=0.49).cues["jaw_drop"]
    assert cue.deviation == pytest.approx((0.7 - 0.5) / 0.2)
    assert cue.reference == pytest.approx(0.25)


def test_a_known_person_is_the_reference_and_the_yardstick() -> None:
    person = Baseline("running")
    for _ in range(1000):
        person.update_cues({"pitch": 0.9})
    cue = evidence(person, pitch=1.0).cues["pitch"]
    assert cue.against == "person"
    assert cue.deviation == pytest.approx(1.0, abs=0.02)  # 0.1 of the person's own spread


def test_loudness_needs_the_person() -> None:
    assert "loudness" not in evidence(loudness=-20.0, pitch=0.5).cues
    assert evidence(loudness=-20.0).check(claim("loudness")) == "unmeasurable"
    person = Baseline("neutral")
    person.update_cues({"loudness": -21.0})
    assert evidence(person, loudness=-20.0).cues["loudness"].deviation == pytest.approx(10.0)


def test_the_span_follows_the_direction() -> None:
    spans = {"pitch": ((1.0, 2.0), (3.0, 4.0))}
    high = Evidence.from_values({"pitch": 0.9}, spans, Baseline(), NORMS).cues["pitch"]
    low = Evidence.from_values({"pitch": 0.1}, spans, Baseline(), NORMS).cues["pitch"]
    assert (high.start_s, high.end_s) == (1.0, 2.0)
    assert (low.start_s, low.end_s) == (3.0, 4.0)


def test_modalities_are_those_that_were_measured() -> None:
    assert evidence(pitch=0.5).modalities == {"voice"}
    assert evidence(pitch=0.5, jaw_drop=0.2).modalities == {"voice", "face"}
    assert evidence().modalities == frozenset()


def test_vectors_have_the_networks_order_and_flags() -> None:
    person = Baseline("running")
    person.update_cues({"pitch": 0.5})
    found = evidence(person, pitch=99.0, pauses=0.25)
    rows = found.vector("voice")
    assert rows.shape == (len(VOICE_CUES), 3)
    assert rows.dtype == np.float32
    assert rows[VOICE_CUES.index("pitch")].tolist() == [4.0, 1.0, 1.0]
    assert rows[VOICE_CUES.index("pauses")].tolist() == [0.0, 1.0, 0.0]
    assert rows[VOICE_CUES.index("brightness")].tolist() == [0.0, 0.0, 0.0]
    assert not found.vector("face").any()
    assert found.vector("face").shape == (len(FACE_CUES), 3)


@pytest.mark.parametrize(
    ("direction", "strength", "low", "high"),
    [
        ("raised", "plain", 0.5, 99.0),
        ("raised", "slight", 0.5, 1.7499),
        ("raised", "strong", 1.0, 99.0),
        ("typical", "plain", -0.7499, 0.7499),
        ("lowered", "plain", -99.0, -0.5),
        ("lowered", "slight", -1.7499, -0.5),
        ("lowered", "strong", -99.0, -1.0),
    ],
)
def test_a_claim_holds_exactly_in_its_range(
    direction: Direction, strength: Strength, low: float, high: float
) -> None:
    for deviation in (*np.arange(-4.995, 5, 0.01), low, high):
        assert bears_out(deviation, direction, strength) == (low <= deviation <= high)


def test_no_form_of_a_claim_is_supported_where_the_plain_form_is_not() -> None:
    strengths: tuple[Strength, ...] = ("slight", "strong")
    for deviation in np.arange(-3, 3, 0.05):
        for strength in strengths:
            if bears_out(deviation, "raised", strength):
                assert bears_out(deviation, "raised", "plain")


def test_verdicts() -> None:
    found = evidence(pitch=0.9)
    assert found.check(claim("pitch")) == "supported"
    assert found.check(claim("pitch", "lowered")) == "contradicted"
    assert found.check(claim("pitch", negated=True)) == "contradicted"
    assert found.check(claim("pitch", "lowered", negated=True)) == "supported"
    assert found.check(claim("jaw_drop")) == "unmeasurable"
    assert found.check(claim(None)) == "unmeasurable"


def test_a_sentence_is_judged_claim_by_claim() -> None:
    found = evidence(pitch=0.9, speaking_rate=0.1)
    claims = find_claims("The pitch is high and the pace is fast; the nose wrinkles.")
    verdicts = [found.check(c) for c in claims]
    assert verdicts == ["supported", "contradicted", "unmeasurable", "unmeasurable"]
