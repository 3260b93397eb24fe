"""The language of the window: the one chosen, else the first of the system's that there is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

TRANSLATIONS = Path(__file__).parents[1] / "translations"
SOURCE_LANGUAGE = "en"


def languages() -> list[str]:
    """Codes of the languages that the window speaks."""
    files = TRANSLATIONS.glob("r1_omni_*.qm")
    return [SOURCE_LANGUAGE, *sorted(file.stem.removeprefix("r1_omni_") for file in files)]


def best_language(chosen: str, wanted: Sequence[str]) -> str:
    """The chosen language, else the first wanted one that the window speaks.

    Args:
        chosen: a code, or "" to follow what is wanted.
        wanted: as `QLocale.uiLanguages` has them, the most wanted first.

    `QTranslator.load` would pass over English, which has no file, for a language less wanted.
    """
    spoken = languages()
    for name in (chosen, *wanted):
        code = name.replace("_", "-").partition("-")[0].lower()
        if code in spoken:
            return code
    return SOURCE_LANGUAGE


def speak(chosen: str, application: QCoreApplication) -> str:
    """Let all widgets made from now on speak a language; returns its code."""
    language = best_language(chosen, QLocale.system().uiLanguages())
    if language != SOURCE_LANGUAGE:
        qt_texts = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for name, folder in (("qtbase", qt_texts), ("r1_omni", str(TRANSLATIONS))):
            translator = QTranslator(application)
            if translator.load(f"{name}_{language}", folder):
                application.installTranslator(translator)
    return language
