"""The frozen reader answers from the text alone, and leaves the policy as it was."""

from __future__ import annotations

import contextlib

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")

from model.layout import ANSWER, END_THINK  # noqa: E402
from model.network.processing import prompt_text  # noqa: E402
from training.reinforcement.reader import FrozenReader  # noqa: E402

from ...model.network.tiny_omni import tiny_omni  # noqa: E402

CLASSES = ("angry", "happy", "sad")


def test_it_answers_as_the_network_without_media_would() -> None:
    model, processor = tiny_omni()
    entered = []

    @contextlib.contextmanager
    def frozen():
        entered.append(True)
        yield

    reader = FrozenReader(model, processor, CLASSES, frozen)
    texts = ["The voice is loud.", "Sad.", "The face shows a smile, and this suggests happiness."]
    first = [processor.ids(label)[0] for label in CLASSES]
    expected = []
    for text in texts:
        ids = processor.ids(prompt_text([])) + processor.think(" weak")
        ids += processor.ids(text + END_THINK)
        ids += processor.ids(ANSWER)
        with torch.no_grad():
            scores = model(input_ids=torch.tensor([ids])).logits[0, -1, first]
        expected.append(CLASSES[int(scores.argmax())])
    assert reader(texts) == expected
    assert entered == [True]
