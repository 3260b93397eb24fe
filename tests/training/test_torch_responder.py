"""What the torch network says of labels, and how far two responders agree."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")

from model.layout import ANSWER  # noqa: E402
from model.network.processing import prompt_text  # noqa: E402
from model.runtime.responder import Answer  # noqa: E402
from training.torch_responder import compare, score_labels  # noqa: E402

from ..model.network.tiny_omni import tiny_omni, tiny_window  # noqa: E402


def answer(*probabilities: float, rationale: str = "") -> Answer:
    """An answer whose parts are sure of the last label, and whose whole is as given."""
    parts = np.log(np.array([0.01] * (len(probabilities) - 1) + [0.99]))
    whole = np.log(np.array(probabilities))
    shown = [frozenset[str](), frozenset(("face",)), frozenset(("face", "voice"))]
    return Answer(dict(zip(shown, (parts, parts, whole), strict=True)), rationale, None)


def test_equal_answers_agree_in_everything() -> None:
    answers = [answer(0.7, 0.3, rationale="a smile"), answer(0.2, 0.8)]
    assert compare(answers, answers) == {
        "n": 2, "same_answer": 1.0, "mean_absolute_difference": 0.0, "same_rationale": 1.0,
    }  # fmt: skip


def test_rationales_that_nobody_wrote_are_not_compared() -> None:
    assert "same_rationale" not in compare([answer(0.7, 0.3)], [answer(0.7, 0.3)])


def test_differences_of_a_worked_example() -> None:
    first = [answer(0.7, 0.3, rationale="a smile"), answer(0.6, 0.4, rationale="a frown")]
    second = [answer(0.6, 0.4, rationale="a smile"), answer(0.3, 0.7, rationale="a grin")]
    found = compare(first, second)
    assert found["same_answer"] == 0.5
    assert found["same_rationale"] == 0.5
    assert found["mean_absolute_difference"] == pytest.approx((0.1 + 0.3) / 2)


@pytest.mark.parametrize("present", [("face", "voice"), ("voice",), ()])
def test_labels_are_scored_as_if_each_were_read_from_the_start(present: tuple[str, ...]) -> None:
    model, processor = tiny_omni()
    window, labels = tiny_window(present, seed=3), ("sad", "surprise", "angry")
    prompt = processor.ids(prompt_text(list(window))) + processor.ids(ANSWER)
    expected = []
    for label in labels:
        tail = processor.ids(label)
        with torch.no_grad():
            batch = {
                "input_ids": torch.tensor([prompt + tail]),
                **processor.media_tensors([window]),
            }
            said = model(**batch).logits[0, len(prompt) - 1 :].log_softmax(-1)
        expected.append(sum(said[place, token] for place, token in enumerate(tail)))
    with torch.no_grad():
        got = score_labels(model, processor, window, labels)
    torch.testing.assert_close(got, torch.stack(expected), atol=1e-4, rtol=1e-4)
