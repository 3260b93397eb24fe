"""`Sentence`: words for the user, in English, that can be said in another language, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Return the text; Qt's `lupdate` collects it, because it looks for a function of this name."""
    return text


class Sentence(str):
    """An English text with values filled in that knows how it was made.

    >>> Sentence("'{path}' breaks off at second {at_s:.1f}.", path="a.mp4", at_s=2.25)
    "'a.mp4' breaks off at second 2.2."

    Args:
        text: with names in braces, as `str.format` takes them, if there are values.
        values: by these names; one that is a `Sentence` is translated, too.

    Attributes:
        text: by which its translation is found; marked by `QT_TRANSLATE_NOOP("errors", …)`.
        values: to be filled in there.
    """

    text: str
    values: Mapping[str, object]

    def __new__(cls, text: str, **values: object) -> Sentence:
        made = super().__new__(cls, text.format(**values) if values else text)
        made.text, made.values = text, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.text,), dict(self.values)  # to be pickled: it crosses processes


def listed(sentences: Sequence[str]) -> Sentence:
    """Several of them in a row, each of which can still be said in another language.

    >>> listed(["The first failed", Sentence("{name}, too", name="the second")])
    'The first failed; the second, too'
    """
    values = {f"part_{number}": part for number, part in enumerate(sentences)}
    return Sentence("; ".join(f"{{{name}}}" for name in values), **values)


class SentenceError(Exception):
    """An exception whose message can be said in another language, too.

    Args:
        text: the message, in English; with names in braces where there are values.
        values: to be filled in there, as of a `Sentence`.
    """

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text if isinstance(text, Sentence) else Sentence(text, **values))

    @property
    def sentence(self) -> Sentence:
        """The message, as it can be translated."""
        sentence: Sentence = self.args[0]
        return sentence
