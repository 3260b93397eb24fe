"""`told`: a sentence of the halves without Qt, in the language of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from model.sentence import Sentence


def told(sentence: str) -> str:
    """A `Sentence` translated; any other words as they are."""
    if not isinstance(sentence, Sentence):
        return sentence
    text = QCoreApplication.translate("errors", sentence.text)
    if not sentence.values:
        return text
    values = {
        name: told(value) if isinstance(value, str) else value
        for name, value in sentence.values.items()
    }
    return text.format(**values)
