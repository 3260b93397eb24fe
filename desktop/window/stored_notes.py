"""`StoredNotes`: markers and excluded spans of a session that is looked at, kept in the store."""

from __future__ import annotations

from collections.abc import Callable

from desktop.sessions.annotations import Annotations
from desktop.sessions.store import SessionStore
from model.errors import StoreError


class StoredNotes:
    """What an `Annotator` of the sessions page tells.

    Args:
        store: where they are kept.
        shown: number of the session that is shown.
        failed: told a sentence where they cannot be kept.
    """

    def __init__(
        self,
        store: SessionStore,
        shown: Callable[[], int | None],
        failed: Callable[[StoreError], None],
    ) -> None:
        self._store, self._shown, self._failed = store, shown, failed

    def mark(self, at_s: float, text: str) -> None:
        self._change(lambda kept: kept.mark(at_s, text))

    def unmark(self, at_s: float) -> None:
        self._change(lambda kept: kept.unmark(at_s))

    def exclude(self, start_s: float, end_s: float) -> None:
        self._change(lambda kept: kept.exclude(start_s, end_s, ""))

    def include(self, start_s: float, end_s: float) -> None:
        self._change(lambda kept: kept.include(start_s, end_s))

    def _change(self, deed: Callable[[Annotations], None]) -> None:
        if (number := self._shown()) is None:
            return
        try:
            with self._store.annotations(number) as kept:
                deed(kept)
        except StoreError as error:
            self._failed(error)
