"""How the user has arranged a window: which page is in front, and where its dividers are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QSplitter, QTabWidget, QWidget


def written(state: QByteArray) -> str:
    """What Qt has written about a widget, in base64."""
    return bytes(state.toBase64().data()).decode()


def read(state: str) -> QByteArray:
    """What was `written`."""
    return QByteArray.fromBase64(state.encode())


def dividers(pages: QTabWidget) -> dict[str, str]:
    """The state of every divider by its name, as `written`."""
    return {name: written(splitter.saveState()) for name, splitter in _splitters(pages)}


def place_dividers(pages: QTabWidget, states: Mapping[str, str]) -> None:
    """Put dividers where they were; one whose state is missing or damaged stays where it is."""
    for name, splitter in _splitters(pages):
        if state := states.get(name):
            splitter.restoreState(read(state))


def page_in_front(pages: QTabWidget) -> str:
    """The name of the page that is looked at."""
    return next(name for name, page in _pages(pages) if page is pages.currentWidget())


def bring_to_front(pages: QTabWidget, name: str) -> None:
    """Look at the page of this name, if there is one."""
    for known, page in _pages(pages):
        if known == name:
            pages.setCurrentWidget(page)


def _pages(pages: QTabWidget) -> list[tuple[str, QWidget]]:
    widgets = [pages.widget(index) for index in range(pages.count())]
    return [(page.objectName(), page) for page in widgets if page is not None]


def _splitters(pages: QTabWidget) -> Iterator[tuple[str, QSplitter]]:
    for name, page in _pages(pages):
        for splitter in page.findChildren(QSplitter):
            yield f"{name}/{splitter.objectName()}", splitter
