"""WebVTT and ELAN files, read by the rules of their specifications."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from hypothesis import given
from hypothesis import strategies as st

from desktop.sessions import Exclusion, Marker, Session
from desktop.sessions.export import EXPORTS

from .examples import nasty, ordinary, session, window

TIMES = re.compile(r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})")
SETTING = re.compile(r"(line:0|position:\d+%|size:\d+%|align:(start|center|end))")
TIERS = [
    "emotion (inferred)", "rationale (model's explanation)", "claims", "cues (observed)",
    "markers", "excluded",
]  # fmt: skip
# Of EAFv3.0.xsd: children in their order, and required and optional attributes.
CHILDREN = {
    "ANNOTATION_DOCUMENT": ["HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "CONSTRAINT"],
    "HEADER": ["MEDIA_DESCRIPTOR", "PROPERTY"],
    "TIME_ORDER": ["TIME_SLOT"],
    "TIER": ["ANNOTATION"],
    "ANNOTATION": ["ALIGNABLE_ANNOTATION"],
    "ALIGNABLE_ANNOTATION": ["ANNOTATION_VALUE"],
}
XSI = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"
ATTRIBUTES = {
    "ANNOTATION_DOCUMENT": ({"DATE", "AUTHOR", "VERSION"}, {"FORMAT", XSI}),
    "HEADER": (set(), {"TIME_UNITS"}),
    "MEDIA_DESCRIPTOR": ({"MEDIA_URL", "MIME_TYPE"}, {"RELATIVE_MEDIA_URL"}),
    "PROPERTY": (set(), {"NAME"}),
    "TIME_ORDER": (set(), set()),
    "TIME_SLOT": ({"TIME_SLOT_ID"}, {"TIME_VALUE"}),
    "TIER": ({"TIER_ID", "LINGUISTIC_TYPE_REF"}, set()),
    "ANNOTATION": (set(), set()),
    "ALIGNABLE_ANNOTATION": ({"ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2"}, set()),
    "ANNOTATION_VALUE": (set(), set()),
    "LINGUISTIC_TYPE": (
        {"LINGUISTIC_TYPE_ID"}, {"TIME_ALIGNABLE", "GRAPHIC_REFERENCES", "CONSTRAINTS"},
    ),
    "CONSTRAINT": ({"STEREOTYPE"}, {"DESCRIPTION"}),
}  # fmt: skip

spans = st.tuples(st.floats(0, 1e4), st.floats(0.001, 100))


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    windows = [
        window(start, start + length, rationale=draw(st.text(max_size=30)))
        for start, length in draw(st.lists(spans, max_size=6))
    ]
    text = st.text(max_size=9)
    markers = draw(st.lists(st.builds(Marker, st.floats(0, 1e4), text), max_size=4))
    excluded = [
        Exclusion(start, start + length, draw(text))
        for start, length in draw(st.lists(spans, max_size=4))
    ]
    return session(*windows, title=draw(text), markers=tuple(markers), exclusions=tuple(excluded))


@dataclass
class Subtitle:
    start_ms: int
    end_ms: int
    lines: list[str]


def read_webvtt(text: str) -> list[Subtitle]:
    """A strict reader of the parts of WebVTT that we write."""
    blocks = text.removesuffix("\n").split("\n\n")
    assert blocks[0] == "WEBVTT"
    assert "\r" not in text
    subtitles = []
    for block in blocks[1:]:
        lines = block.split("\n")
        assert all(lines), "an empty line ends a block"
        if lines[0].split(" ")[0] in ("NOTE", "STYLE"):
            assert "-->" not in block
            continue
        assert "-->" not in lines[0]
        start, arrow, end, *settings = lines[1].split(" ")
        assert arrow == "-->"
        assert all(SETTING.fullmatch(setting) for setting in settings)
        assert len(settings) == len({setting.split(":")[0] for setting in settings})
        for line in lines[2:]:
            check_cue_text(line)
        subtitles.append(Subtitle(milliseconds(start), milliseconds(end), lines[2:]))
    return subtitles


def milliseconds(stamp: str) -> int:
    match = TIMES.fullmatch(stamp)
    assert match
    hours, minutes, seconds, rest = map(int, match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def check_cue_text(line: str) -> None:
    plain = re.sub(r"<c\.(inferred|observed)>(.*?)</c>", r"\2", line)
    assert not re.search("[<>]|-->", plain)
    assert not re.sub("&(amp|lt|gt);", "", plain).count("&")


def check_webvtt(made: Session) -> list[Subtitle]:
    subtitles = read_webvtt(EXPORTS["webvtt"].render(made))
    assert len(subtitles) == len(made.analyses)
    for subtitle in subtitles:
        assert subtitle.start_ms < subtitle.end_ms
    for one, other in pairwise(subtitles):
        assert one.end_ms <= other.start_ms
    return subtitles


def read_eaf(text: str) -> ElementTree.Element:
    root = ElementTree.fromstring(text.encode())
    for element in root.iter():
        order = [CHILDREN[element.tag].index(child.tag) for child in element]
        assert order == sorted(order)
        required, optional = ATTRIBUTES[element.tag]
        assert required <= set(element.keys()) <= required | optional
    return root


def check_eaf(made: Session) -> dict[str, list[tuple[int, int, str]]]:
    """Check references and order; returns the annotations of each tier."""
    root = read_eaf(EXPORTS["elan"].render(made))
    datetime.fromisoformat(root.attrib["DATE"])
    slots = root.findall("TIME_ORDER/TIME_SLOT")
    values = {slot.attrib["TIME_SLOT_ID"]: int(slot.attrib["TIME_VALUE"]) for slot in slots}
    assert len(values) == len(slots)
    assert list(values.values()) == sorted(values.values())
    assert all(0 <= value < 2**32 for value in values.values())
    types = {kind.attrib["LINGUISTIC_TYPE_ID"] for kind in root.findall("LINGUISTIC_TYPE")}
    assert len(types) == len(root.findall("LINGUISTIC_TYPE"))
    stereotypes = [c.attrib["STEREOTYPE"] for c in root.findall("CONSTRAINT")]
    annotations = [a.attrib["ANNOTATION_ID"] for a in root.iter("ALIGNABLE_ANNOTATION")]
    ids = [*values, *annotations, *stereotypes]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", name) for name in ids)
    used = [a.attrib[f"TIME_SLOT_REF{end}"] for a in root.iter("ALIGNABLE_ANNOTATION")
            for end in (1, 2)]  # fmt: skip
    assert sorted(used) == sorted(values), "a slot for each end, and none besides"
    tiers = {}
    for tier in root.findall("TIER"):
        assert tier.attrib["LINGUISTIC_TYPE_REF"] in types
        tiers[tier.attrib["TIER_ID"]] = [
            (values[a.attrib["TIME_SLOT_REF1"]], values[a.attrib["TIME_SLOT_REF2"]],
             a.findtext("ANNOTATION_VALUE", ""))
            for a in tier.iter("ALIGNABLE_ANNOTATION")
        ]  # fmt: skip
    assert list(tiers) == TIERS
    for told in tiers.values():
        assert all(start < end for start, end, _ in told)
        for (_, end, _), (start, _, _) in pairwise(told):
            assert end <= start
    return tiers


def test_webvtt_shows_a_window_at_a_time(any_session: Session) -> None:
    check_webvtt(any_session)


@given(sessions())
def test_webvtt_of_any_session_can_be_read(made: Session) -> None:
    check_webvtt(made)


def test_webvtt_tells_what_is_inferred_from_what_is_observed() -> None:
    subtitle = check_webvtt(ordinary())[6]
    assert (subtitle.start_ms, subtitle.end_ms) == (30_000, 35_000)
    inferred, observed, claims = subtitle.lines
    assert inferred == "<c.inferred>emotion inferred: happy (20%, unsure) (excluded)</c>"
    assert observed.startswith("<c.observed>cues observed: ")
    assert re.fullmatch(r"claims: ✓ \d+  ✗ \d+  – \d+", claims)
    text = EXPORTS["webvtt"].render(ordinary())
    assert "NOTE Not for use on staff, candidates, pupils or students." in text
    assert "NOTE marker at 0:12.0: joke told" in text
    assert "NOTE excluded 0:31.0 to 0:38.0: sneezes" in text


def test_webvtt_tells_markers_and_spans_without_words_as_whole_notes() -> None:
    wordless = session(window(), markers=(Marker(1.0, ""),), exclusions=(Exclusion(2.0, 3.0, ""),))
    notes = EXPORTS["webvtt"].render(wordless).splitlines()
    assert "NOTE marker at 0:01.0" in notes
    assert "NOTE excluded 0:02.0 to 0:03.0" in notes


def test_elan_of_examples(any_session: Session) -> None:
    tiers = check_eaf(any_session)
    assert len(tiers["emotion (inferred)"]) == len(any_session.analyses)
    assert len(tiers["markers"]) == len(any_session.markers)


@given(sessions())
def test_elan_of_any_session_can_be_read(made: Session) -> None:
    tiers = check_eaf(made)
    assert len(tiers["emotion (inferred)"]) == len(made.analyses)
    assert len(tiers["markers"]) == len(made.markers)


@pytest.fixture
def old_film(tmp_path: Path) -> Path:
    """A film of a version whose sessions counted from the start of the program."""
    path = tmp_path / "film.mkv"
    with av.open(str(path), "w", format="matroska") as film:
        film.metadata["comment"] = "begins at second 600.250 of the session's clock"
        stream = film.add_stream("pcm_s16le", rate=16_000, layout="mono")
        stream.time_base = Fraction(1, 16_000)
        block = AudioFrame.from_ndarray(np.zeros((1, 1600), np.int16), "s16", "mono")
        block.sample_rate = 16_000
        film.mux(stream.encode(block))
        film.mux(stream.encode(None))
    return path


def test_an_old_session_is_exported_on_the_clock_of_its_film(old_film: Path) -> None:
    made = session(
        window(598.0),  # it reaches back before the recording
        window(603.0),
        markers=(Marker(605.25, "laughs"),),
        exclusions=(Exclusion(604.25, 606.25, "sneezes"),),
        media=(old_film,),
    )
    tiers = check_eaf(made)
    spans = [(0, 2750), (2750, 7750)]
    assert [span[:2] for span in tiers["emotion (inferred)"]] == spans
    assert tiers["markers"] == [(5000, 5500, "laughs")]
    assert tiers["excluded"] == [(4000, 6000, "sneezes")]
    assert [(one.start_ms, one.end_ms) for one in check_webvtt(made)] == spans
    assert "NOTE marker at 0:05.0: laughs" in EXPORTS["webvtt"].render(made)
    old_film.unlink()
    assert check_webvtt(made)[0].start_ms == 598_000


def test_elan_keeps_apart_what_is_inferred_and_what_is_observed() -> None:
    tiers = check_eaf(ordinary())
    assert tiers["emotion (inferred)"][6] == (30_000, 35_000, "happy (20%, unsure), excluded")
    assert tiers["markers"][0] == (12_000, 12_500, "joke told")
    assert tiers["excluded"] == [(31_000, 38_000, "sneezes")]
    claim = tiers["claims"][0][2].split("\n")[0]
    assert re.fullmatch("[✓✗–] (face|voice): .+", claim)
    assert "SD" in tiers["cues (observed)"][0][2]


def test_elan_cuts_joins_and_names_media() -> None:
    made = nasty()
    tiers = check_eaf(made)
    assert [span[:2] for span in tiers["emotion (inferred)"]][:2] == [(0, 2500), (2500, 5000)]
    assert [span[:2] for span in tiers["excluded"]] == [(8000, 12_000)]
    assert len(tiers["rationale (model's explanation)"]) == 2
    root = read_eaf(EXPORTS["elan"].render(made))
    media = root.find("HEADER/MEDIA_DESCRIPTOR")
    assert media is not None
    assert media.attrib["MEDIA_URL"] == "file:///somewhere/a%20clip%20%26%20more.mp4"
    assert media.attrib["MIME_TYPE"] == "video/mp4"
    properties = {p.attrib["NAME"]: p.text for p in root.findall("HEADER/PROPERTY")}
    assert properties["title"] == made.summary.title.replace("\x07", "�")
    assert "not a readout" in str(properties["notice"])
