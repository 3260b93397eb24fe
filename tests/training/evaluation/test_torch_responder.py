"""What the torch network says of labels, and how far two responders agree."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")
from transformers import CompileConfig  # noqa: E402

from model.cues import Modality  # noqa: E402
from model.errors import ConfigError  # noqa: E402
from model.evidence import Evidence  # noqa: E402
from model.layout import ANSWER  # noqa: E402
from model.network.processing import prompt_text  # noqa: E402
from model.processing import MediaInputs  # noqa: E402
from model.runtime.responder import Answer  # noqa: E402
from tests.model.network.tiny_omni import tiny_omni, tiny_window  # noqa: E402
from training.data.pairs import Window  # noqa: E402
from training.evaluation.answering import answers  # noqa: E402
from training.evaluation.evaluate import EvaluateRecipe  # noqa: E402
from training.evaluation.torch_responder import TorchResponder, compare, score_labels  # noqa: E402


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
        got = score_labels(model, processor, [window], labels)
    torch.testing.assert_close(got, torch.stack(expected)[None], atol=1e-4, rtol=1e-4)


def many(count: int) -> list[dict[Modality, MediaInputs]]:
    shown: list[tuple[Modality, ...]] = [("face", "voice"), ("voice",), ("face", "voice")]
    return [tiny_window(shown[seed % 3], seed) for seed in range(count)]


@pytest.mark.parametrize("direct", [True, False])
def test_windows_read_together_are_answered_as_they_are_one_by_one(direct: bool) -> None:
    responder, labels = TorchResponder(*tiny_omni(), temperature=1.5), ("sad", "surprise", "angry")
    windows = many(5)
    together = responder.respond_many(windows, labels, direct)
    for window, answer in zip(windows, together, strict=True):
        alone = responder.respond(window, labels, direct)
        assert list(answer.log_probabilities) == list(alone.log_probabilities)
        for subset, said in alone.log_probabilities.items():
            np.testing.assert_allclose(answer.log_probabilities[subset], said, atol=1e-4)
        assert (answer.rationale, answer.weighs) == (alone.rationale, alone.weighs)


@pytest.mark.parametrize("compiled", [False, True])
def test_a_cache_of_fixed_size_and_a_compiled_step_write_the_same(compiled: bool) -> None:
    """As on a GPU, where transformers compiles the step and captures it; here without inductor."""
    model, processor = tiny_omni()
    growing, fixed = (TorchResponder(model, processor, 1.0, static=s) for s in (False, True))
    if compiled:
        whole = CompileConfig(fullgraph=True, backend="eager", mode=None)
        whole._compile_all_devices = True
        fixed._cache["compile_config"] = whole
    windows, labels = many(4), ("sad", "surprise", "angry")
    texts = [
        [answer.rationale for answer in responder.respond_many(windows, labels)]
        for responder in (growing, fixed)
    ]
    assert texts[0] == texts[1]
    assert all(texts[0])


def test_a_set_is_answered_in_parts_of_at_once() -> None:
    class Counted(TorchResponder):
        sizes: ClassVar[list[int]] = []

        def respond_many(self, media: Any, *args: Any, **kwargs: Any) -> list[Answer]:
            self.sizes.append(len(media))
            return super().respond_many(media, *args, **kwargs)

    windows = [Window(shown, Evidence({}, frozenset(shown)), "sad") for shown in many(5)]
    task = SimpleNamespace(labels=("sad", "angry"))
    given = answers(Counted(*tiny_omni(), 1.0, at_once=2), task, windows, True, "direct")  # type: ignore[arg-type]
    assert Counted.sizes == [2, 2, 1]
    assert [set(answer.log_probabilities) for answer in given] == [
        {frozenset(w.media)} for w in windows
    ]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"backend": "bundle", "device": "cuda"}, "backend=torch"),
        ({"backend": "bundle", "precision": "bfloat16"}, "backend=torch"),
        pytest.param(
            {"backend": "torch", "device": "cuda"}, "needs a CUDA GPU",
            marks=pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU"),
        ),
    ],
)  # fmt: skip
def test_what_the_machine_or_the_backend_cannot_do_is_said(
    options: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigError, match=named):
        EvaluateRecipe("stage", "dev", "out", **options)
