"""Text as it is seen: a word with a foreign or an unseen sign in it is read as the word.

"Raised" with a zero-width space or a Cyrillic letter in it tells a reader what it tells without,
and is to be checked like that.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_ALIKE = {
    **dict(zip(
        "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0455\u0458"
        "\u04bb\u0501\u051b\u051d\u0261\u0131",
        "abekmhopctyxisjhdqwgi", strict=True,
    )),
    **dict(zip(
        "\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7", "aeikvoptux", strict=True
    )),
    **dict.fromkeys("\u2018\u2019\u02bc\u2032\u0060", "'"),
    **dict.fromkeys("\u2010\u2011\u2212", "-"),
    "\u0338": "\u2260",
}  # fmt: skip
"""Cyrillic and Greek letters that look like Latin ones, apostrophes, hyphens, and a stroke."""
_UNSEEN = ("Cf", "Mn", "Me")
"""Categories of signs that take no room of their own, accents among them."""
_STRUCK_OUT = "\u0335\u0336\u0337\u0338"
"""Accents that strike a letter out: what is struck out is not said."""


def as_seen(text: str) -> tuple[str, Sequence[int]]:
    """A text in small plain letters, and for each of its characters where in `text` it stood.

    >>> as_seen("Café")
    ('cafe', [0, 1, 2, 3])
    """
    if text.isascii():
        return text.lower().replace("`", "'"), range(len(text))
    seen, places = [], []
    for at, sign in enumerate(text):
        for part in unicodedata.normalize("NFKD", sign).lower():
            if part in _STRUCK_OUT or unicodedata.category(part) not in _UNSEEN:
                seen.append(_ALIKE.get(part, part))
                places.append(at)
    return "".join(seen), places
