"""Labelled clips → prepared sets of their faces and of their voices.

A folder `name` becomes the sets `clips_<name>_face` and `clips_<name>_voice`, which
`training.data.load` reads as it reads the others; a clip has the same name and the same person in
both. Each pass decodes only its own modality, and goes on where it was interrupted.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pandas as pd
from rich.console import Console

from model.clip import Clip
from model.cues import Modality, cue_values
from model.errors import DataError, MediaError
from model.features import face_arrays
from model.layout import MODALITIES
from model.media import MediaInfo, probe
from model.perception.face import FaceTracker
from model.perception.voice import hear
from model.runtime.speech_encoder import SpeechEncoder
from training.data.clips import beginning, check_spelling, person_of
from training.data.copies import file_digest
from training.data.layouts import LabelledClip
from training.data.speech import speech_tensors
from training.data.splits import Split
from training.data.store import Row, cue_columns, read_set, record_of, write_set

Measured = tuple[dict[str, npt.NDArray[Any]], dict[str, float]]
"""Tensors and `cue_values` of one clip's face or voice."""
Measure = Callable[[Clip], Measured | None]
SplitClip = tuple[LabelledClip, Split]
Item = tuple[str, LabelledClip, Split]
"""Name, clip and split."""


def face_measure(tracker: FaceTracker) -> Measure:
    """Measures the face in a window; `None` if there is none.

    Tensors: crops uint8 (8, 48, 48), blendshapes float32 (8, 52), pose_deg float32 (8, 3).
    """

    def measure(window: Clip) -> Measured | None:
        if window.frames is None:
            return None
        track = tracker.track(window.frames, window.frame_times_s)
        return None if track is None else (face_arrays(track), cue_values(track, None))

    return measure


def voice_measure(encoder: SpeechEncoder) -> Measure:
    """Measures the voice in a window; `None` if nobody speaks. Tensors: see `speech_tensors`."""

    def measure(window: Clip) -> Measured | None:
        voice = None if window.waveform is None else hear(window.waveform, window.start_s)
        return (
            None
            if voice is None
            else (dict(speech_tensors(encoder, voice)), cue_values(None, voice))
        )

    return measure


def without_copies(
    folders: Mapping[str, Sequence[SplitClip]],
) -> dict[str, list[SplitClip]]:
    """The clips of each folder without those of dev and test whose file a training clip is, too."""
    every = [item for clips in folders.values() for item in clips]
    # Copies are equally long: mostly nothing has to be read.
    sizes = {_size(clip) for clip, split in every if split != "train"} - {0}
    known = {
        file_digest(clip.path) for clip, split in every if split == "train" and _size(clip) in sizes
    }
    return {
        name: [
            (clip, split)
            for clip, split in clips
            if split == "train" or not known or file_digest(clip.path) not in known
        ]
        for name, clips in folders.items()
    }


def _size(clip: LabelledClip) -> int:
    return clip.path.stat().st_size if clip.path.is_file() else 0


def check_prepared(output: Path, folders: Mapping[str, Sequence[SplitClip]]) -> None:
    """Hold what is to be prepared against the sets of other own clips that lie in `output`.

    Raises:
        DataError: somebody is in another split there, or is written otherwise.
    """
    asked = {
        clip.person: split for clips in folders.values() for clip, split in clips if clip.person
    }
    every = [clip for clips in folders.values() for clip, _ in clips]
    ours = {_set_name(name, modality) for name in folders for modality in MODALITIES}
    for part in sorted(output.glob("clips_*/part-*.parquet")):
        if part.parent.name in ours:
            continue  # their records tell
        index = pd.read_parquet(part)  # without any column, if nothing in it could be measured
        check_spelling(every, index.get("person", ()))
        for person, split in zip(index.get("person", ()), index.get("split", ()), strict=True):
            if asked.get(person, split) != split:
                raise DataError(
                    f"{part.parent}: {person} is in {split} there, and would be in "
                    f"{asked[person]} now; state that split for {person} now, or remove that "
                    "folder and prepare its clips together with these."
                )


def prepare_clips(
    name: str,
    clips: Sequence[SplitClip],
    output: Path,
    measures: Mapping[Modality, Measure],
    levels: Sequence[int],
    console: Console,
) -> None:
    """Write a set for each modality that is in any of the clips.

    A clip that cannot be read is told of in one line and left out; so, silently, is one in which
    no face is seen or no voice is heard.

    Args:
        levels: of the speech encoder, that the voice's measure keeps.

    Raises:
        DataError: the clips, their files or the levels are others than those that the sets were
            begun with.
    """
    names = _names([clip for clip, _ in clips])
    files = [file_digest(clip.path) for clip, _ in clips]
    items = [(name, *clip) for name, clip in zip(names, clips, strict=True)]
    reader = _Reader(console)
    for modality, measure in measures.items():
        target = output / _set_name(name, modality)

        def prepare(item: Item, modality: Modality = modality, measure: Measure = measure) -> Any:
            window = reader.read(item[1].path, modality)
            measured = None if window is None else measure(window)
            return None if measured is None else _row(item, *measured)

        kept = levels if modality == "voice" else ()
        record = record_of(map(_facts, items), kept, files)
        write_set(target, items, prepare, target.name, record)
        console.print(_summary(target, len(items), modality), markup=False, highlight=False)
    if reader.has_read:  # of what was prepared before, nobody knows
        console.print(
            f"{name}: clips that could not be read: {len(reader.unreadable)}", highlight=False
        )


class _Reader:
    """Decodes one modality of a clip; tells of each file once that cannot be read."""

    def __init__(self, console: Console) -> None:
        self.unreadable: set[Path] = set()
        self.has_read = False
        self._infos: dict[Path, MediaInfo] = {}
        self._console = console

    def read(self, path: Path, modality: Modality) -> Clip | None:
        self.has_read = True
        if path in self.unreadable:
            return None
        try:
            if path not in self._infos:
                self._infos[path] = probe(path)
            info = self._infos[path]
            if not (info.has_picture if modality == "face" else info.has_sound):
                return None
            return beginning(path, modality)
        except MediaError as error:
            self.unreadable.add(path)
            self._console.print(f"left out: {error}", markup=False, highlight=False, soft_wrap=True)
            return None


def _set_name(name: str, modality: Modality) -> str:
    return f"clips_{name}_{modality}"


def _names(clips: Sequence[LabelledClip]) -> list[str]:
    """Paths below the folder that all clips are in."""
    paths = [clip.path.absolute() for clip in clips]  # a table may name whole paths as well
    base = os.path.commonpath([path.parent for path in paths])
    return [path.relative_to(base).as_posix() for path in paths]


def _row(item: Item, tensors: dict[str, npt.NDArray[Any]], cues: dict[str, float]) -> Row:
    name, clip, split = item
    facts = {
        "clip": name, "emotion": clip.emotion, "split": split, "source": clip.source,
        "person": person_of(clip), "sex": clip.sex,
        **cue_columns(cues.items()),
    }  # fmt: skip
    return facts, tensors


def _facts(item: Item) -> tuple[str, ...]:
    """What a clip's row is made from, for the set's record."""
    name, clip, split = item
    return name, clip.emotion, clip.person or "", clip.source, split


def _summary(target: Path, count: int, modality: Modality) -> str:
    """What is in a set; one without a single clip is removed."""
    if not any(len(pd.read_parquet(path)) for path in target.glob("part-*.parquet")):
        shutil.rmtree(target)
        return f"{target.name}: none of {count} clips has a {modality}; no set written"
    splits = Counter(read_set(target).index.split)
    told = ", ".join(f"{splits[split]} {split}" for split in ("train", "dev", "test"))
    return f"{target.name}: {splits.total()} of {count} clips ({told})"
