"""Pairs of a face and a voice: what the network is trained on and asked about.

No set here has many people's faces with their voices, so a face and a voice of the same emotion,
usually of different people, make one congruent pair. Single-modality pairs teach the network to do
without; conflicting pairs (the label is the face's) only ever probe what each modality contributes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from model.baseline import Baseline, Kind, Norms
from model.cues import CUES, Modality
from model.errors import ConfigError, DataError
from model.evidence import Evidence
from model.processing import MediaInputs, Statistics, media_inputs
from training.data.bank import Bank

PairKind = Literal["congruent", "face", "voice", "conflict"]
Protocol = Kind
PROTOCOLS: tuple[Protocol, ...] = ("none", "neutral", "running")


@dataclass(frozen=True)
class Pair:
    """Rows of a face and a voice bank that make up one window, and its label."""

    face: int | None
    voice: int | None
    emotion: str
    kind: PairKind

    def row(self, modality: Modality) -> int | None:
        return self.face if modality == "face" else self.voice


@dataclass(frozen=True)
class Window:
    """One window as the network and the grammar see it."""

    media: Mapping[Modality, MediaInputs]
    evidence: Evidence
    emotion: str

    def swap(self, other: Window, modality: Modality) -> Window:
        """This window with one modality, and what was measured of it, taken from another."""
        media = {**self.media, modality: other.media[modality]}
        cues = {n: c for n, c in self.evidence.cues.items() if c.modality != modality}
        cues.update({n: c for n, c in other.evidence.cues.items() if c.modality == modality})
        return Window(media, Evidence(cues, self.evidence.modalities), self.emotion)


def draw_pairs(
    banks: Mapping[Modality, Bank],
    mix: Mapping[PairKind, float],
    count: int,
    seed: int,
    alike: int = 1,
) -> list[Pair]:
    """Draw pairs with the kinds in proportion to `mix` and every emotion about equally often.

    `alike` neighbours are of the same kind: a batch of them is of about the same length and needs
    little padding.

    Raises:
        ConfigError: the shares are all 0.
        DataError: too few emotions have both faces and voices for a kind that is asked for.
    """
    rng = random.Random(seed)
    emotions: dict[str, list[str]] = {m: sorted(b.by_emotion) for m, b in banks.items()}
    shared = sorted(set(emotions["face"]) & set(emotions["voice"]))
    _check_mix(mix, shared)
    kinds = list(mix)
    pairs = []
    drawn = rng.choices(kinds, [mix[k] for k in kinds], k=-(-count // alike))
    for kind in [kind for kind in drawn for _ in range(alike)][:count]:
        emotion = rng.choice(shared if kind in ("congruent", "conflict") else emotions[kind])
        other = emotion
        if kind == "conflict":
            other = rng.choice([e for e in shared if e != emotion])
        face = None if kind == "voice" else rng.choice(banks["face"].by_emotion[emotion])
        voice = None if kind == "face" else rng.choice(banks["voice"].by_emotion[other])
        pairs.append(Pair(face, voice, emotion, kind))
    return pairs


def _check_mix(mix: Mapping[PairKind, float], shared: list[str]) -> None:
    """Refuse kinds of pairs that cannot be drawn from emotions that are `shared`."""
    if not any(mix.values()):
        raise ConfigError(
            f"the shares of windows ({', '.join(mix)}) are all 0; give one of them more."
        )
    needed: dict[PairKind, int] = {"congruent": 1, "conflict": 2}
    for kind, least in needed.items():
        if mix.get(kind) and len(shared) < least:
            raise DataError(
                f"{kind} pairs need {least} emotion(s) that both faces and voices show, and the "
                f"prepared clips have {len(shared)}; prepare more of them, or leave such pairs out."
            )


def make_window(
    pair: Pair,
    banks: Mapping[Modality, Bank],
    protocol: Protocol,
    statistics: Statistics,
    norms: Norms,
    rng: random.Random | None,
    most: int = 0,
) -> Window:
    """Measure a pair against the baseline that `protocol` allows.

    `rng` draws the few reference clips of training; without it, evaluation takes all there are, or
    `most` of them where that is not 0.
    """
    baseline, values = Baseline(protocol), {}
    present: list[Modality] = [m for m in banks if pair.row(m) is not None]
    for modality in present:
        bank, row = banks[modality], pair.row(modality)
        assert row is not None
        references = bank.reference_rows(row, protocol, rng, most)
        bank.observe(baseline, references)
        # A voice's loudness depends on the microphone, so no stranger's can stand in for it.
        if rng is not None and protocol != "none" and modality == "face" and not references:
            bank.observe_strangers(baseline, rng)
        values.update({n: v for n, v in bank.cues[row].items() if CUES[n].modality == modality})
    evidence = Evidence.from_values(values, {}, baseline, norms)
    media = {}
    for modality in present:
        row = pair.row(modality)
        assert row is not None
        vectors = banks[modality].vectors(row)
        media[modality] = media_inputs(modality, vectors, evidence, baseline, statistics)
    return Window(media, evidence, pair.emotion)
