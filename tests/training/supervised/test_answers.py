"""A network's direct answers are those that it decodes behind the prompt without a rationale."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from model.errors import ConfigError  # noqa: E402
from model.layout import ANSWER  # noqa: E402
from model.network.processing import prompt_text  # noqa: E402
from tests.model.network.tiny_omni import tiny_omni, tiny_window  # noqa: E402
from training.supervised.answers import Answers, Teacher  # noqa: E402

CLASSES = ("angry", "happy", "sad")
SHOWN = (("face", "voice"), ("voice",), ("face",))


@pytest.fixture(scope="module")
def media():
    windows = [tiny_window(shown, index) for index, shown in enumerate(SHOWN)]
    return tiny_omni()[1].media_tensors(windows)


def test_each_window_is_asked_behind_its_own_prompt(media) -> None:
    model, processor = tiny_omni()
    said = Answers(processor, CLASSES).direct(model, media)
    first = [processor.ids(label)[0] for label in CLASSES]
    for row, shown in enumerate(SHOWN):
        ids = torch.tensor([processor.ids(prompt_text(shown)) + processor.ids(ANSWER)])
        own = {name: value[row : row + 1] for name, value in media.items()}
        with torch.no_grad():
            expected = model(input_ids=ids, **own).logits[0, -1, first].log_softmax(-1)
        torch.testing.assert_close(said[row], expected, atol=1e-5, rtol=1e-4)


def test_a_teacher_answers_and_does_not_learn(media) -> None:
    model, processor = tiny_omni()
    answers = Answers(processor, CLASSES)
    expected = answers.direct(model, media).detach()
    teacher = Teacher(model.train(), answers)
    said = teacher(media)
    torch.testing.assert_close(said, expected)
    assert not said.requires_grad
    assert not any(value.requires_grad for value in teacher.model.parameters())


def test_classes_that_begin_alike_are_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"emotions sad and surprise begin .*training trunks` on, or"
    ):
        Answers(tiny_omni()[1], ("sad", "surprise"))
