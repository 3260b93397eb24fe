"""Which language the window speaks, and that each of its texts is translated."""

from __future__ import annotations

import ast
import re
import shutil
import string
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox, QTableWidget
from pytestqt.qtbot import QtBot

from desktop.capture import portaudio
from desktop.capture.devices import MicrophoneDevice
from desktop.capture.state import denied
from desktop.live.messages import Failed, Gone, NotLoaded
from desktop.sessions import SessionStore
from desktop.window.device_bar import DeviceBar
from desktop.window.emotion_panel import EmotionPanel
from desktop.window.language import TRANSLATIONS, best_language, languages, speak
from desktop.window.theme import emotion_name
from desktop.window.told import told
from model.bundle import Bundle
from model.errors import BundleError, MediaError, StoreError
from model.media import probe
from model.weights.download import check_space
from model.weights.fetch import fetch_component
from model.weights.sources import Component, Download
from tests.desktop.window.conftest import OpenWindow
from tests.desktop.window.live_window import words

ROOT = Path(__file__).parents[3]
FILES = sorted(TRANSLATIONS.glob("*.ts"))
Text = tuple[str, str]


@pytest.fixture
def english_again(qapp: QApplication) -> Iterator[None]:
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.setParent(None)


def tool(name: str, *arguments: str | Path) -> None:
    program = shutil.which(f"pyside6-{name}", path=str(Path(sys.executable).parent))
    assert program is not None
    subprocess.run([program, *map(str, arguments)], cwd=ROOT, check=True, capture_output=True)


def texts(path: Path) -> dict[Text, ElementTree.Element]:
    """Context and source of every text, with its translation."""
    return {
        (str(context.findtext("name")), str(message.findtext("source"))): translation
        for context in ElementTree.parse(path).getroot().iter("context")
        for message in context.iter("message")
        for translation in message.iter("translation")
    }


def placeholders(text: str) -> list[tuple[str | None, str | None]]:
    return sorted((name, form) for _, name, form, _ in string.Formatter().parse(text) if name)


def tags(text: str) -> list[str]:
    return re.findall(r"</?\w+>", text)


@pytest.mark.parametrize(
    ("chosen", "wanted", "spoken"),
    [
        ("", ["de-AT", "de", "en"], "de"),
        ("", ["en-GB", "en", "de"], "en"),
        ("", ["fr-FR", "de-DE"], "de"),
        ("", ["fr-FR"], "en"),
        ("en", ["de-DE"], "en"),
        ("de", ["en-US"], "de"),
        ("fr", ["en-US"], "en"),
        ("", [], "en"),
    ],
)
def test_the_first_language_that_is_spoken(chosen: str, wanted: list[str], spoken: str) -> None:
    assert best_language(chosen, wanted) == spoken


@pytest.mark.usefixtures("english_again")
def test_widgets_speak_the_language_chosen(qtbot: QtBot, qapp: QApplication) -> None:
    assert speak("de", qapp) == "de"
    default, bar = MicrophoneDevice("System default", None), DeviceBar()
    qtbot.addWidget(bar)
    bar.list_microphones([default], default)
    assert "Vorgabe des Systems" in [box.currentText() for box in bar.findChildren(QComboBox)]
    panel, buttons = EmotionPanel(), QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(panel)
    qtbot.addWidget(buttons)
    assert panel.accessibleName() == "Abgeleitete Emotion"
    assert emotion_name("happy") == "Fröhlich"
    cancel = buttons.button(QDialogButtonBox.StandardButton.Cancel)
    assert cancel.text().replace("&", "") == "Abbrechen"


@pytest.mark.usefixtures("english_again")
def test_what_is_wrong_with_a_file_a_store_or_a_device_is_said_in_the_language_chosen(
    qapp: QApplication, tmp_path: Path
) -> None:
    speak("de", qapp)
    with pytest.raises(MediaError) as media:
        probe(tmp_path / "fehlt.mp4")
    assert told(media.value.sentence) == (
        f"„{tmp_path / 'fehlt.mp4'}“ gibt es nicht; prüfen Sie Namen und Ordner."
    )
    with SessionStore(tmp_path / "sessions.sqlite3") as store, pytest.raises(StoreError) as stored:
        store.load(7)
    assert told(stored.value.sentence) == "Es gibt keine Sitzung 7 mehr: laden Sie die Liste neu."
    no_camera = told(denied("camera", "linux").message)
    assert no_camera.startswith("Sie dürfen dieses Gerät nicht benutzen: Kamera;")
    assert told(Failed("Somebody else's words, {as} they are.").sentence) == (
        "Somebody else's words, {as} they are."
    )
    assert str(media.value).endswith("does not exist; check the name and the folder.")


@pytest.mark.usefixtures("english_again")
def test_what_keeps_a_model_from_being_loaded_is_said_in_the_language_chosen(
    qapp: QApplication, open_window: OpenWindow, tmp_path: Path
) -> None:
    speak("de", qapp)
    with pytest.raises(BundleError) as missing:
        Bundle.load(tmp_path)
    window = open_window()
    window.bridge.session.tell(NotLoaded(missing.value.sentence))
    window.bridge.session.tell(Gone(0))
    assert window.banners.sentences == (
        f"{tmp_path / 'bundle.json'}: Hier liegt kein brauchbares Modell; nennen Sie einen anderen "
        "Ordner, schreiben Sie ihn neu mit `python -m model export`, oder installieren Sie "
        "r1-omni neu, wenn er dazugehört.",
    )
    nowhere = Component("Netz", "netz.bin", "0" * 64, 9, "", "", (Download("gopher://x"),))
    with pytest.raises(BundleError) as unfetched:
        fetch_component(nowhere, tmp_path)
    assert told(unfetched.value.sentence).startswith(
        "Netz ließ sich nicht holen: gopher://x ist keine Webadresse. Prüfen Sie die Verbindung,"
    )
    with pytest.raises(BundleError) as full:
        check_space(tmp_path, 1 << 60, "x")
    assert "es braucht 1152921504607 MB in" in told(full.value.sentence)


def test_no_error_of_a_model_s_loading_is_said_in_english_alone() -> None:
    """One that is made of an f-string, or of words that are not marked, cannot be translated."""
    for path in (ROOT / "model").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in (
                "BundleError", "SourceError",
            ):  # fmt: skip
                assert isinstance(call.args[0], ast.Name | ast.Call), ast.unparse(call)


@pytest.mark.usefixtures("english_again")
def test_the_window_says_them_in_the_language_chosen(
    qapp: QApplication, open_window: OpenWindow, tmp_path: Path
) -> None:
    speak("de", qapp)
    window, path = open_window(), tmp_path / "leer.mp4"
    path.touch()
    window.files.add([path])
    with pytest.raises(MediaError) as media:
        probe(path)
    window.bridge.session.tell(Failed(media.value.sentence, path))
    assert "ist leer (0 Bytes)" in words(window.files)
    state = window.files.findChild(QTableWidget).item(0, 1)
    assert state.text() == "✗ fehlgeschlagen"
    assert "ist leer (0 Bytes)" in state.toolTip()
    window.bridge.session.tell_camera(denied("camera", "linux"))
    assert "Sie dürfen dieses Gerät nicht benutzen" in window.banners.sentences[0]
    window.playback.failed.emit(portaudio._NO_OUTPUT.message)
    assert window.banners.sentences[-1].startswith("Kein Lautsprecher nimmt den Ton an;")
    window.sessions.rename(7, "Neu")
    assert window.banners.sentences[-1].startswith("Es gibt keine Sitzung 7 mehr")
    window.recorder.record(True)
    window.recorder.record(False)
    window.sessions.erase(None)
    assert window.banners.sentences[-1].startswith(
        "Gelöscht: 1 Sitzung, keine Abschnitte, keine Mediendateien ("
    )


def test_no_text_is_hidden_within_an_f_string() -> None:
    """`lupdate` does not look into one, and nothing in it is ever translated."""
    for path in (ROOT / "desktop").rglob("*.py"):
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(text, ast.JoinedStr):
                assert ".tr(" not in ast.unparse(text), (path, ast.unparse(text))


@pytest.mark.usefixtures("english_again")
def test_no_title_of_a_column_is_cut_off(qapp: QApplication, open_window: OpenWindow) -> None:
    speak("de", qapp)
    window = open_window()
    for page in (window.files, window.sessions):
        window.pages.setCurrentWidget(page)
        header = page.findChild(QTableWidget).horizontalHeader()
        for column in range(header.count()):
            assert header.sectionSize(column) >= header.sectionSizeHint(column)


@pytest.mark.usefixtures("english_again")
def test_english_needs_no_file(qapp: QApplication) -> None:
    assert speak("en", qapp) == "en"
    assert not qapp.findChildren(QTranslator)
    assert QCoreApplication.translate("emotion", "Happy") == "Happy"


def test_there_is_a_file_for_every_language_offered() -> None:
    assert languages() == ["en", "de"]
    assert [file.stem for file in FILES] == ["r1_omni_de"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_text_of_the_sources_is_in_the_file(file: Path, tmp_path: Path) -> None:
    """If this fails: `make translations`, then translate what it added."""
    fresh = tmp_path / file.name
    tool("lupdate", "-extensions", "py", "-locations", "none", "desktop", "model", "-ts", fresh)
    assert set(texts(file)) == set(texts(fresh))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_translation_is_finished_and_keeps_what_is_filled_in(file: Path) -> None:
    for (context, source), translation in texts(file).items():
        said = translation.text or ""
        assert translation.get("type") is None, (context, source)
        assert said.strip(), (context, source)
        assert placeholders(said) == placeholders(source), (context, source)
        assert tags(said) == tags(source), (context, source)
        assert said.count("&") == source.count("&"), (context, source)
        assert source.endswith("…") == said.endswith("…"), (context, source)


def test_german_has_its_own_quotes() -> None:
    for translation in texts(TRANSLATIONS / "r1_omni_de.ts").values():
        said = translation.text or ""
        assert not set('"”') & set(said)
        assert said.count("„") == said.count("“")


def test_german_calls_no_window_of_time_a_window_of_the_program() -> None:
    german = texts(TRANSLATIONS / "r1_omni_de.ts")
    timed = [said.text or "" for (_, source), said in german.items() if "timeline" in source]
    assert any("Abschnitt" in said for said in timed)
    assert not [said for said in timed if "Fenster" in said]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_compiled_file_is_that_of_the_texts(file: Path, tmp_path: Path) -> None:
    """If this fails: `make translations`."""
    fresh = tmp_path / "fresh.qm"
    tool("lrelease", file, "-qm", fresh)
    assert file.with_suffix(".qm").read_bytes() == fresh.read_bytes()
