from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from model.bootstrap import bootstrap_interval, paired_bootstrap, share

CLASSES = 7
DRAWS = 400
Labels = npt.NDArray[np.int64]


def war(truth: Labels, predicted: Labels) -> float:
    return float(np.mean(truth == predicted))


@pytest.fixture
def noisy() -> tuple[Labels, Labels]:
    """300 answers, about two thirds of them right."""
    generator = np.random.default_rng(5)
    truth = generator.integers(CLASSES, size=300)
    guess = generator.integers(CLASSES, size=300)
    return truth, np.where(generator.random(300) < 0.6, truth, guess)


def test_share_of_nothing_is_undefined() -> None:
    assert share(np.array([1, 2]), np.array([2, 4])) == pytest.approx(0.5)
    assert np.isnan(share(np.array([0, 0]), np.array([0, 0])))


def test_interval_is_seeded_and_holds_the_estimate(noisy: tuple[Labels, Labels]) -> None:
    interval = bootstrap_interval(war, *noisy, resamples=DRAWS, seed=3)
    assert interval == bootstrap_interval(war, *noisy, resamples=DRAWS, seed=3)
    assert interval != bootstrap_interval(war, *noisy, resamples=DRAWS, seed=4)
    assert interval.low < interval.estimate < interval.high
    assert (interval.drawn, interval.groups) == ("item", 300)


def test_interval_of_independent_items_matches_the_binomial(noisy: tuple[Labels, Labels]) -> None:
    interval = bootstrap_interval(war, *noisy)
    share_right = interval.estimate
    half_width = 1.96 * np.sqrt(share_right * (1 - share_right) / 300)
    assert interval.high - interval.low == pytest.approx(2 * half_width, rel=0.1)


def test_whole_speakers_are_drawn_so_alike_items_count_once() -> None:
    # Ten people of thirty clips each, all of a person's clips right or all wrong.
    speakers = np.repeat([f"speaker {n}" for n in range(10)], 30)
    truth = np.zeros(300, dtype=int)
    predicted = np.repeat([0, 0, 0, 0, 0, 0, 1, 1, 1, 1], 30)
    by_speaker = bootstrap_interval(war, truth, predicted, groups=list(speakers))
    by_item = bootstrap_interval(war, truth, predicted)
    assert (by_speaker.drawn, by_speaker.groups) == ("speaker", 10)
    # The variance is that of 10 independent draws, not of 300: wider by the root of 30.
    ratio = (by_speaker.high - by_speaker.low) / (by_item.high - by_item.low)
    assert ratio == pytest.approx(np.sqrt(30), rel=0.15)


def test_a_single_speaker_leaves_items_to_draw(noisy: tuple[Labels, Labels]) -> None:
    interval = bootstrap_interval(war, *noisy, groups=["01"] * 300, resamples=DRAWS)
    assert interval == bootstrap_interval(war, *noisy, resamples=DRAWS)


@pytest.mark.parametrize(("people", "drawn"), [(4, "speaker and item"), (5, "speaker")])
def test_of_few_speakers_the_clips_are_drawn_as_well(people: int, drawn: str) -> None:
    """All of them are equally good, so that whole speakers alone would leave nothing to chance."""
    speakers = np.repeat([f"speaker {n}" for n in range(people)], 20)
    predicted = np.tile([0, 1], 10 * people)
    interval = bootstrap_interval(
        war, np.zeros(20 * people, dtype=int), predicted, groups=list(speakers), resamples=DRAWS
    )
    assert (interval.drawn, interval.groups) == (drawn, people)
    assert (interval.high - interval.low > 0.1) == (people < 5)


def test_speakers_must_be_given_for_every_item(noisy: tuple[Labels, Labels]) -> None:
    with pytest.raises(ValueError, match="300 items but 2 speakers"):
        bootstrap_interval(war, *noisy, groups=["a", "b"])


def test_draws_that_leave_a_figure_undefined_do_not_spoil_its_interval() -> None:
    supported, measurable = np.array([1, 0, 0]), np.array([1, 0, 0])
    interval = bootstrap_interval(share, supported, measurable, resamples=DRAWS)
    assert (interval.low, interval.estimate, interval.high) == (1, 1, 1)
    nowhere = bootstrap_interval(share, np.zeros(3), np.zeros(3), resamples=DRAWS)
    assert np.isnan([nowhere.low, nowhere.estimate, nowhere.high]).all()


def test_paired_bootstrap_sees_a_real_difference(noisy: tuple[Labels, Labels]) -> None:
    truth, predicted = noisy
    worse = np.where(np.arange(300) % 5 == 0, (truth + 1) % CLASSES, predicted)
    result = paired_bootstrap(war, truth, predicted, worse, resamples=DRAWS)
    assert result.interval.low > 0
    assert result.p_value < 0.01
    mirrored = paired_bootstrap(war, truth, worse, predicted, resamples=DRAWS)
    assert mirrored.interval.estimate == pytest.approx(-result.interval.estimate)
    assert mirrored.p_value == pytest.approx(result.p_value)


def test_paired_bootstrap_sees_none_between_equals(noisy: tuple[Labels, Labels]) -> None:
    truth, predicted = noisy
    result = paired_bootstrap(war, truth, predicted, predicted, resamples=DRAWS)
    assert (result.interval.low, result.interval.high, result.p_value) == (0, 0, 1)
