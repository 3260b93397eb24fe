"""The report: one file that loads nothing, says everything and can be read without colours."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.palette import EMOTION_COLOURS
from desktop.sessions import Exclusion, Session
from desktop.sessions.export import EXPORTS
from desktop.sessions.export.report_plots import LEFT, RIGHT, TimeAxis, cue_strip, probability_plot
from desktop.sessions.export.report_windows import marked_rationale
from model.claims import find_claims

from .examples import empty, left_open, nasty, ordinary, session, window

VOID = {"meta"}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Reader(HTMLParser):
    """Collects elements and texts, and insists that every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self) -> str:
        return "".join(text for where, text in self.texts if where != "style")


def report(made: Session) -> Reader:
    return Reader(EXPORTS["html"].render(made))


def test_it_loads_nothing(any_session: Session) -> None:
    text = EXPORTS["html"].render(any_session)
    page = Reader(text)
    assert not {"script", "link", "img", "iframe", "object", "base", "use", "image"} & {
        name for name, _ in page.elements
    }
    for name, attributes in page.elements:
        assert not {"src", "href", "srcset", "xlink:href", "action", "data"} & set(attributes), name
        assert not [key for key in attributes if key.startswith("on")]
    assert "://" not in text
    assert "url(" not in text
    assert "@import" not in text
    (policy,) = [m for m in page.all("meta") if "http-equiv" in m]
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_no_text_becomes_markup() -> None:
    text = EXPORTS["html"].render(nasty())
    assert "<script>" not in text
    assert "\x07" not in text
    assert Reader(text).text().count("<script>alert(1)</script>") >= 5


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_title_and_rationale_come_out_as_they_went_in(title: str, rationale: str) -> None:
    made = session(window(rationale=rationale), title=title)
    page = report(made)
    for text in (title, rationale):
        words = re.findall(r"[ -~]+", text)
        assert all(word in page.text() for word in words)


def test_it_can_be_found_ones_way_in(any_session: Session) -> None:
    page = report(any_session)
    assert page.all("html") == [{"lang": "en"}]
    assert [name for name, _ in page.elements].count("h1") == 1
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch("h[1-6]", name)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(head["scope"] in ("row", "col") for head in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(text for where, text in page.texts if where == "caption")
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in page.all("svg"))
    assert all(span["aria-label"] for span in page.all("span") if span.get("role") == "img")


def test_it_says_what_it_must(any_session: Session) -> None:
    text = report(any_session).text()
    assert "not a readout of what anybody feels" in text
    assert "Not for use on staff, candidates, pupils or students." in text
    for name, value in any_session.facts.items():
        assert name.removeprefix("sha256 ") in text
        assert value in text
    assert "nan" not in re.findall("[a-z]+", text.lower())


def test_hashes_stand_at_the_end(any_session: Session) -> None:
    text = report(any_session).text()
    files = text.index("The model's files")
    assert text.index("decoder.onnx") > files > text.index("What these results depend on")
    assert text.rfind("Window by window") < files


def test_inferred_and_observed_stand_apart() -> None:
    made = ordinary()
    page = report(made)
    parts = [d.get("class") for d in page.all("div")]
    assert parts == ["inferred", "observed"] * len(made.analyses)
    headings = [text for where, text in page.texts if where == "h2"]
    assert headings[:2] == ["Emotion inferred", "Cues observed"]
    explanations = [text for where, text in page.texts if "model's explanation" in text]
    assert len(explanations) == len(made.analyses)


def test_every_claim_has_a_sign_and_a_colour() -> None:
    made = ordinary()
    page = report(made)
    claims = [claim for a in made.analyses for claim in a.claims]
    signs = [s for s in page.all("span") if str(s.get("class")).startswith("sign ")]
    assert [str(s["class"]).split()[1] for s in signs] == [c.verdict for c in claims]
    assert {"✓", "✗", "–"} <= {text for where, text in page.texts if where == "span"}
    marks = {str(m["class"]) for m in page.all("mark")}
    assert {looks.split()[0] for looks in marks} == {"face", "voice"}
    assert [looks for looks in marks if "contradicted" in looks]
    assert "face" in marks


def test_excluded_windows_are_marked_and_left_out_of_figures() -> None:
    one = session(
        window(0, emotion="happy", probability=0.9),
        window(5, emotion="sad", probability=0.9),
        exclusions=(Exclusion(5, 10, "cough"),),
    )
    page = report(one)
    assert [a["class"] for a in page.all("article")] == ["window", "window excluded"]
    text = page.text()
    assert "2, of which 1 count" in text
    assert "happy190%" in text  # the row: emotion, windows, mean probability
    assert "sad02%" in text
    assert "Left out of every summary: cough" in text


def test_a_window_that_was_excluded_without_a_reason_is_told_in_a_whole_sentence() -> None:
    page = report(session(window(0), window(5), exclusions=(Exclusion(5, 10, ""),)))
    paragraphs = [text for where, text in page.texts if where == "p"]
    assert "Left out of every summary." in paragraphs


def test_a_session_without_windows_says_so() -> None:
    page = report(empty())
    assert "stopped before its first window" in page.text()
    assert not page.all("svg")


def test_both_themes_and_paper_are_thought_of() -> None:
    text = EXPORTS["html"].render(ordinary())
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_a_claim_is_marked_where_it_was_found() -> None:
    text = "A frown. The pitch is high, and the brows are raised. A frown. The pitch is high."
    analysis = window(rationale=text)
    paragraph = marked_rationale(text, analysis.claims)
    marks = [mark.text for mark in paragraph.iter("mark")]
    assert marks == ["frown", "pitch is high", "brows are raised", "frown", "pitch is high"]
    assert len(list(paragraph.iter("span"))) == len(analysis.claims)


def test_a_claim_that_is_not_in_the_rationale_is_listed_all_the_same() -> None:
    analysis = dataclasses.replace(window(), rationale="Something else was written.")
    page = report(session(analysis))
    assert len(page.all("mark")) == 2  # those of the legend
    assert all(claim.text in page.text() for claim in analysis.claims)


@given(st.lists(st.sampled_from([
    "A frown.", "The pitch is high.", "The brows and the upper lids are raised, not lowered.",
    "The voice is breathy.", "A smile with raised brows.", "Nothing.", "<b>Loud</b> voice & more.",
]), max_size=6))  # fmt: skip
def test_the_rationale_stays_whole_and_claims_keep_their_places(sentences: list[str]) -> None:
    text = " ".join(sentences)
    paragraph = marked_rationale(text, window(rationale=text).claims)
    plain = (paragraph.text or "") + "".join(
        (part.text or "" if part.tag == "mark" else "") + (part.tail or "") for part in paragraph
    )
    assert plain == text
    covered: list[tuple[int, int]] = []
    done = len(paragraph.text or "")
    for part in paragraph:
        if part.tag == "mark":
            covered.append((done, done + len(part.text or "")))
            done += len(part.text or "")
        done += len(part.tail or "")
    found = find_claims(text)
    for claim in found:
        assert any(a <= claim.start_char and claim.end_char <= b for a, b in covered)
    assert {a for a, _ in covered} <= {claim.start_char for claim in found}


def svgs(made: Session) -> list[ElementTree.Element]:
    found = re.findall("<svg.*?</svg>", EXPORTS["html"].render(made), re.DOTALL)
    return [ElementTree.fromstring(text) for text in found]


@pytest.mark.parametrize("make", [ordinary, nasty])
def test_plots_are_well_formed_and_stay_inside(make: Callable[[], Session]) -> None:
    plots = svgs(make())
    assert len(plots) == 2
    for plot in plots:
        assert [child.tag for child in plot][:2] == ["title", "desc"]
        _, _, width, height = map(float, plot.attrib["viewBox"].split())
        for text in plot.iter("text"):
            assert 0 <= float(text.attrib["x"]) <= width
            assert 8 <= float(text.attrib["y"]) <= height
        for path in plot.iter("path"):
            numbers = [float(n) for n in NUMBER.findall(path.attrib["d"])]
            assert all(0 <= n <= max(width, height) for n in numbers)


def test_the_last_label_of_a_long_session_is_not_cut_off() -> None:
    hours = dataclasses.replace(window(), start_s=0.0, end_s=36_000.0)
    for plot in (probability_plot(session(hours)), cue_strip(session(hours))):
        label = next(text for text in plot.iter("text") if text.text == "10:00:00")
        half = 0.25 * 13 * len("10:00:00")  # half an em is the width of a figure
        assert float(label.attrib["x"]) + half <= float(plot.attrib["viewBox"].split()[2])


def test_areas_are_as_high_as_probabilities() -> None:
    analysis = window(probability=0.6)
    plot = probability_plot(session(analysis))
    for label, probability in analysis.probabilities.items():
        (area,) = [p for p in plot.iter("path") if p.get("fill") == EMOTION_COLOURS[label]]
        left, top, right, bottom, _ = map(float, NUMBER.findall(area.attrib["d"]))
        assert (left, right) == (LEFT, RIGHT)
        assert bottom - top == pytest.approx(220 * probability, abs=0.02)


def test_a_cue_above_its_reference_is_drawn_above_the_middle() -> None:
    analysis = window(modalities=("voice",))
    plot = cue_strip(session(analysis))
    labels = [t.text for t in plot.iter("text") if str(t.text).startswith("voice: ")]
    assert labels == [f"voice: {cue.name.replace('_', ' ')}" for cue in analysis.cues]
    drawn = [p for p in plot.iter("path") if p.get("fill")]
    boxes = sum(p.attrib["d"].count("M") for p in drawn)
    assert boxes == sum(abs(cue.deviation) >= 0.6 for cue in analysis.cues)


@given(st.floats(0, 1e5), st.floats(0.5, 1e5))
def test_ticks_leave_room_for_their_labels(start_s: float, length_s: float) -> None:
    axis = TimeAxis(start_s, start_s + length_s)
    places = [axis.x(tick) for tick in axis.ticks()]
    assert all(LEFT <= x <= RIGHT for x in places)
    assert all(b - a >= 70 for a, b in pairwise(places))


def test_an_interrupted_session_says_so() -> None:
    assert "windows may be missing" in report(left_open()).text()
