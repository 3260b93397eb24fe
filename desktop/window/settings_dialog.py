"""`SettingsDialog`: a form made from the typed record of settings."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.setting_kinds import Choice, Number, Shown, Switch, shown_fields
from desktop.settings import Settings
from desktop.window.screen import fit
from desktop.window.scroller import Column, FoldingLabel

_GAP = 10

Value = str | bool | int


class SettingsDialog(QDialog):
    """Shows every setting that has a title; OK applies them.

    Signals:
        changed: the `Settings` that were agreed to, if they differ from those given.
        consent_withdrawn: at once, as it was given: camera and microphone are to be closed.
    """

    changed = Signal(object)
    consent_withdrawn = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = settings
        self._editors = {name: _editor(field) for name, field in shown_fields(Settings).items()}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(16)
        form = self._form()
        self._withdraw = QPushButton(self.tr("Withdraw consent"))
        self._add_consent(form)
        layout.addWidget(self._scrolled(form), 1)
        layout.addWidget(self._buttons())
        self._show(settings)
        fit(self, self.sizeHint())

    def accept(self) -> None:
        """Apply what is chosen, and close."""
        values = {name: editor.value() for name, editor in self._editors.items()}
        chosen = dataclasses.replace(self._settings, **values)  # type: ignore[arg-type]
        super().accept()
        if chosen != self._settings:
            self.changed.emit(chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the wheel to the form: who scrolls past a setting must not change it."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def editor(self, name: str) -> QWidget:
        """What the setting of this name is chosen with."""
        return self._editors[name].widget

    def _show(self, settings: Settings) -> None:
        for name, editor in self._editors.items():
            editor.show(getattr(settings, name))

    def _form(self) -> QGridLayout:
        form = QGridLayout()
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(2)
        form.setColumnStretch(1, 1)
        for name, field in shown_fields(Settings).items():
            self._add(form, field, self._editors[name].widget)
        return form

    @staticmethod
    def _scrolled(form: QGridLayout) -> Column:
        """On a low screen the buttons stay in view."""
        inside = QWidget()
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowStretch(form.rowCount(), 1)
        inside.setLayout(form)
        column = Column(inside)
        column.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is focused in it comes into view
        return column

    def _add(self, form: QGridLayout, field: Shown, widget: QWidget) -> None:
        title, description = _said(field.title), _said(field.description)
        widget.installEventFilter(self)
        widget.setAccessibleName(title)
        widget.setAccessibleDescription(description)
        row = form.rowCount()
        if isinstance(widget, QCheckBox):
            widget.setText(title)
        else:
            label = FoldingLabel(title)
            label.setBuddy(widget)
            form.addWidget(label, row, 0)
        form.addWidget(widget, row, 1)
        form.addWidget(_note(description), row + 1, 1)
        form.setRowMinimumHeight(row + 2, _GAP)

    def _add_consent(self, form: QGridLayout) -> None:
        """What was agreed to before the camera opened, and how to take that back."""
        title = self.tr("Camera and microphone")
        meaning = self.tr(
            "Closes both at once, ends a recording, and forgets the person, the last minutes\n"
            "and the live results. You are asked again before they are opened. What was\n"
            "recorded stays until you erase it on the page Sessions."
        )
        self._withdraw.setAutoDefault(False)
        self._withdraw.setEnabled(self._settings.consented > 0)
        self._withdraw.setAccessibleDescription(f"{title}: {meaning}".replace("\n", " "))
        self._withdraw.clicked.connect(self._withdraw_consent)
        row = form.rowCount()
        form.addWidget(FoldingLabel(title), row, 0)
        form.addWidget(self._withdraw, row, 1, Qt.AlignmentFlag.AlignLeft)
        form.addWidget(_note(meaning), row + 1, 1)

    def _withdraw_consent(self) -> None:
        self._withdraw.setEnabled(False)
        self.consent_withdrawn.emit()

    def _buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel | kinds.RestoreDefaults)
        restore = buttons.button(kinds.RestoreDefaults)
        restore.setText(self.tr("Restore defaults"))
        restore.clicked.connect(lambda: self._show(Settings()))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons


@dataclass(frozen=True)
class _Editor:
    widget: QWidget
    value: Callable[[], Value]
    show: Callable[[Value], None]


def _editor(field: Shown) -> _Editor:
    match field.kind:
        case Choice(options):
            return _choice(options)
        case Switch():
            box = QCheckBox()
            return _Editor(box, box.isChecked, lambda value: box.setChecked(bool(value)))
        case Number(most, zero):
            spin = QSpinBox()
            spin.setRange(0, most)
            spin.setSpecialValueText(_said(zero))
            return _Editor(spin, spin.value, lambda value: spin.setValue(int(value)))


def _choice(options: Mapping[str, str]) -> _Editor:
    picker = QComboBox()
    for value, title in options.items():
        picker.addItem(_said(title), value)
    return _Editor(
        picker,
        lambda: str(picker.currentData()),
        lambda value: picker.setCurrentIndex(max(picker.findData(value), 0)),
    )


def _note(text: str) -> FoldingLabel:
    note = FoldingLabel(text)
    note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return note


def _said(text: str) -> str:
    return QCoreApplication.translate("settings", text)
