"""Sessions made by hand: an ordinary one, and one of everything that could go wrong."""

from __future__ import annotations

import dataclasses
import math
from datetime import UTC, datetime
from pathlib import Path

from desktop.sessions import Exclusion, Marker, Session, SessionStore, SessionSummary
from model.analysis import Analysis, CheckedClaim, Contribution
from model.claims import find_claims
from model.cues import CUES, Modality
from model.evidence import Cue, Evidence
from model.labels import LABEL_SETS

STARTED = datetime(2026, 3, 4, 15, 16, 17, tzinfo=UTC)
FACTS = {
    "model": "nano-0.3",
    "label set": "dfew",
    "baseline": "running",
    "people in view have been told": "yes",
    "sha256 decoder.onnx": "b7656d8aadaf8d8f8b68b5d6431844ad4bd4886d4ff27713e28ae5f2824d8533",
}
NASTY = 'A "quoted" <script>alert(1)</script> ]]>\n--> & a bell \x07 of José \u202e-nhoJ'
RATIONALES = {
    "happy": "The lip corners are raised and the pitch is high. The brows are lowered. The voice "
    "is breathy. This looks like happiness.",
    "neutral": "The pitch is as usual and the jaw is at rest. Nothing stands out.",
    "sad": "The lip corners are pulled down, and the voice is low and slow.",
}


def cue(name: str, deviation: float, start_s: float) -> Cue:
    kind = CUES[name]
    value = 0.4 + 0.1 * deviation
    return Cue(
        name, kind.modality, value, kind.unit, 0.4, "person", deviation, start_s + 0.5, start_s + 2
    )


def window(
    start_s: float = 0.0,
    end_s: float | None = None,
    emotion: str = "happy",
    probability: float = 0.72,
    labels: tuple[str, ...] = LABEL_SETS["dfew"],
    rationale: str | None = None,
    modalities: tuple[Modality, ...] = ("face", "voice"),
) -> Analysis:
    """A plausible window; its claims are found and checked as the program does it."""
    text = RATIONALES.get(emotion, "") if rationale is None else rationale
    names = [name for name in CUES if CUES[name].modality in modalities]
    cues = {
        name: cue(name, 2.2 * math.sin(1.7 * at + start_s / 7), start_s)
        for at, name in enumerate(names)
    }
    evidence = Evidence(cues, frozenset(modalities))
    claims = []
    for claim in find_claims(text):
        measured = cues.get(claim.cue or "")
        span = (measured.start_s, measured.end_s) if measured else (0.0, 0.0)
        claims.append(
            CheckedClaim(claim.text, claim.cue or "", claim.modality, *span, evidence.check(claim))
        )
    rest = (1 - probability) / (len(labels) - 1)
    return Analysis(
        file="camera",
        start_s=start_s,
        end_s=start_s + 5 if end_s is None else end_s,
        emotion=emotion,
        unsure=probability < 0.4,
        probabilities={label: probability if label == emotion else rest for label in labels},
        rationale=text,
        rationale_emotion=emotion if text else None,
        claims=tuple(claims),
        contribution=Contribution(1.25 if "face" in modalities else 0.0, -0.5),
        faces=int("face" in modalities),
        timings_ms={"face": 12.5},
        cues=tuple(cues.values()),
    )


def session(*analyses: Analysis, title: str = "An afternoon", **parts: object) -> Session:
    """A session of these windows; `parts` are further fields of `Session`."""
    ends = [a.end_s for a in analyses]
    duration_s = max(ends) - analyses[0].start_s if ends else 0.0
    summary = SessionSummary(
        1, title, STARTED, duration_s, len(analyses), 0, 0, open=False, interrupted=False
    )
    return Session(summary, FACTS, analyses, **parts)  # type: ignore[arg-type]


def ordinary() -> Session:
    """Twenty windows in which a mood changes, with a gap, a marker and an excluded span."""
    moods = ["neutral"] * 5 + ["happy"] * 8 + ["sad"] * 4 + ["neutral"] * 3
    windows = [
        window(
            5.0 * at + (10 if at > 12 else 0),
            emotion=mood,
            probability=0.55 + 0.35 * math.sin(at / 1.3),
        )
        for at, mood in enumerate(moods)
    ]
    return session(
        *windows,
        markers=(Marker(12.0, "joke told"), Marker(70.5, "phone rings")),
        exclusions=(Exclusion(31.0, 38.0, "sneezes"),),
    )


def nasty() -> Session:
    """Overlapping windows of eleven labels, hostile texts, a voice alone, two excluded spans."""
    mafw = LABEL_SETS["mafw"]
    return session(
        window(0.0, labels=mafw, rationale=NASTY),
        window(2.5, labels=mafw, emotion="contempt", modalities=("voice",)),
        window(5.0, labels=mafw, emotion="anxiety", probability=0.3, rationale=""),
        window(7.5004, 7.5008, labels=mafw, emotion="sad"),
        title=NASTY,
        markers=(Marker(3.0, NASTY), Marker(3.0, "again")),
        exclusions=(Exclusion(9.0, 12.0, NASTY), Exclusion(8.0, 10.0, "cough")),
        media=(Path("/somewhere/a clip & more.mp4"),),
    )


def left_open() -> Session:
    """The ordinary one, cut short by a crash."""
    made = ordinary()
    return dataclasses.replace(made, summary=dataclasses.replace(made.summary, open=True))


def empty() -> Session:
    """A session that was stopped before its first window."""
    return session(title="")


def record(store: SessionStore, *analyses: Analysis, title: str = "one") -> int:
    """Keep a whole session; returns its number."""
    with store.begin(title, FACTS, STARTED) as recording:
        for analysis in analyses:
            recording.add(analysis)
    return recording.id
