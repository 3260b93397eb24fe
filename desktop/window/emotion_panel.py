"""`EmotionPanel`: the emotion that was inferred, how probable it is, and of which moment."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.view.clock import clock
from desktop.view.emotion_names import percent, ranked
from desktop.window.panel import MutedLabel, Panel
from desktop.window.probability_bars import ProbabilityBars
from desktop.window.theme import emotion_name, sized
from model.analysis import Analysis, Glimpse
from model.labels import DEFAULT_LABEL_SET, LABEL_SETS


class EmotionPanel(Panel):
    """One word, or "Unsure", above the probabilities of all labels.

    Args:
        labels: in the order in which they are shown.
    """

    def __init__(
        self,
        labels: Sequence[str] = LABEL_SETS[DEFAULT_LABEL_SET],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("inferred", parent)
        self.set_heading(self.tr("Emotion inferred"))
        self._word, self._number = QLabel(), QLabel()
        self._line = MutedLabel()
        self._bars = ProbabilityBars(labels)
        row = QHBoxLayout()
        row.addWidget(self._word, 0, Qt.AlignmentFlag.AlignBaseline)
        row.addSpacing(8)
        row.addWidget(self._number, 1, Qt.AlignmentFlag.AlignBaseline)
        self.body.addLayout(row)
        self.body.addWidget(self._line)
        self.body.addWidget(self._bars)
        self.body.addStretch()
        caution = self.tr(
            "How likely people would be to choose each word for what is seen and heard; "
            "not what somebody feels."
        )
        self.body.addWidget(MutedLabel(caution, wraps=True))
        self._size_words()
        self.clear()

    def set_labels(self, labels: Sequence[str]) -> None:
        """Choose from other labels from now on."""
        self._bars.set_labels(labels)
        self.clear()

    def show_glimpse(self, glimpse: Glimpse) -> None:
        """Show the emotion of a moment."""
        self._show(glimpse)

    def show_analysis(self, analysis: Analysis) -> None:
        """Show the emotion of an analysed window."""
        self._show(analysis)

    def nobody(self) -> None:
        """Say that there is neither a face nor a voice."""
        self._say(self.tr("Nobody"), "", self.tr("Neither a face nor a voice was found."))
        self._bars.show_probabilities({})

    def clear(self) -> None:
        """Show nothing."""
        self._say("–", "", self.tr("Nothing was analysed yet."))
        self._bars.show_probabilities({})

    def changeEvent(self, event: QEvent) -> None:
        """Keep the sizes of the words in step with the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._size_words()

    def _size_words(self) -> None:
        self._word.setFont(sized(self.font(), 2.2, bold=True))
        self._number.setFont(sized(self.font(), 1.5))

    def _show(self, result: Analysis | Glimpse) -> None:
        best = ranked(result.probabilities)
        if result.unsure:
            self._say(self.tr("Unsure"), "", self._candidates(best))
        else:
            probability = percent(result.probabilities[result.emotion])
            self._say(emotion_name(result.emotion), probability, self._runner_up(best[1:]))
        self._bars.show_probabilities(result.probabilities)
        window = f"{clock(result.start_s, 1)} – {clock(result.end_s, 1)}"
        self.note.setText(window)
        self.note.setAccessibleName(self.tr("From {window}").format(window=window))

    def _candidates(self, best: list[tuple[str, float]]) -> str:
        (first, p), (second, q) = best[:2]
        return self.tr("{first} {p} or {second} {q}").format(
            first=emotion_name(first), p=percent(p), second=emotion_name(second), q=percent(q)
        )

    def _runner_up(self, rest: list[tuple[str, float]]) -> str:
        label, probability = rest[0]
        text = self.tr("next: {label} {probability}")
        return text.format(label=emotion_name(label), probability=percent(probability))

    def _say(self, word: str, number: str, line: str) -> None:
        self._word.setText(word)
        self._number.setText(number)
        self._line.setText(line)
        self.note.clear()
        self.setAccessibleDescription(" ".join(filter(None, (word, number, line))))
