"""`python -m training prepare`: run the frozen perception over the data sets once, and keep it."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
import numpy.typing as npt
import soundfile
from rich.console import Console

from model.clip import SAMPLE_RATE_HZ
from model.cues import Modality, cue_values
from model.errors import ConfigError, DataError
from model.perception.face import FaceTracker
from model.perception.face_landmarker import FaceLandmarker
from model.perception.voice import hear
from model.weights.fetch import cache_dir, fetch_component
from model.weights.sources import FACE_LANDMARKER
from training.config import FILLED, NotNegative, Positive, Rule
from training.data.clips import LONGEST_S, check_spelling, split_clips, stated_splits
from training.data.excerpts import companions, excerpt
from training.data.faces import decode_grey, frame_face, pictured, read_table, table_path
from training.data.layouts import read_layout
from training.data.own_clips import (
    Measure,
    SplitClip,
    check_prepared,
    face_measure,
    prepare_clips,
    voice_measure,
    without_copies,
)
from training.data.speech import speech_encoder, speech_tensors
from training.data.splits import Split, person_name, split_of
from training.data.store import EXCERPTS, Row, copy_name, cue_columns, record_of, write_set
from training.data.virtual_speakers import VirtualSpeaker, virtual_name

_LANDMARK_SIDE, _BORDER = 192, 48
_LAYERS = 6
"""Of the encoder of `WHISPER_BASE`."""
# A prepared set is read by the place of a level, so that place has to be its number.
_FROM_THE_STEM = Rule(
    f"0, 1, 2 and so on without a gap, {_LAYERS} at most",
    lambda levels: len(levels) <= _LAYERS + 1 and list(levels) == list(range(len(levels))),
)

Prepare = Callable[[Any], Row | None]
Waveform = npt.NDArray[np.float32]


@dataclass(frozen=True)
class PrepareRecipe:
    """Options of the preparation.

    `limit` takes that many clips of each set, drawn at random; 0 takes all. `levels` are the speech
    encoder's levels to keep: 0, its stem, and the outputs of as many layers as are wanted.
    `folders` are folders of media in a layout of `training.data.layouts`, by the name that their
    prepared sets get; `fold` is which of the five splits is taken where a layout has them. Every
    training speaker's clips are also prepared in the voices of `copies` virtual speakers; every
    other voice also as the live window would catch it (`excerpts`), to be asked about.
    """

    output: str = "runs/prepared"
    sets: tuple[str, ...] = (
        "faces_fer2013", "faces_muxspace", "voices_tess", "voices_nemo", "voices_emodb",
        "voices_urdu", "voices_ravdess",
    )  # fmt: skip
    levels: Annotated[tuple[NotNegative, ...], FILLED, _FROM_THE_STEM] = (0, 1, 2, 3, 4, 5, 6)
    folders: dict[str, str] = field(default_factory=dict)
    fold: Positive = 5
    limit: NotNegative = 0
    copies: NotNegative = 1
    excerpts: bool = True
    threads: Positive = 1
    seed: NotNegative = 0

    def __post_init__(self) -> None:
        if not self.sets and not self.folders:
            raise ConfigError("sets and folders are empty: name one, as in folders={mine: FOLDER}.")


def prepare(recipe: PrepareRecipe, root: Path | None, console: Console) -> None:
    """Prepare every set and folder that is not prepared yet; an interrupted run goes on.

    `root` holds the sets; without any (`sets: []`) it is not needed.

    Raises:
        DataError: a set is not in `root`, a folder is not laid out as any known set, a
            prepared set was begun with other options, or one person would be in two splits or has
            two spellings.
        ConfigError: a set's name begins with neither faces_ nor voices_, or a folder's name is
            not fit for a file name.
    """
    folders = _read_folders(recipe, console)
    makers: dict[str, Callable[[Path], Prepare]] = {
        "faces": face_preparer, "voices": lambda path: voice_preparer(recipe),
    }  # fmt: skip
    for name in recipe.sets:
        kind = name.partition("_")[0]
        if kind not in makers:
            raise ConfigError(f"sets: `{name}` should begin with faces_ or voices_.")
        assert root is not None
        table = read_table(root, name).rename(columns={"clip": "clip_name"})
        # Random order: the parts of an interrupted run are a fair sample of the set.
        table = table.sample(frac=1, random_state=recipe.seed)
        rows = list(table.itertuples())[: recipe.limit or None]
        facts, levels = (_voice_facts, recipe.levels) if kind == "voices" else (_face_facts, ())
        record = record_of(map(facts, rows), levels)
        write_set(
            Path(recipe.output) / name, rows, makers[kind](table_path(root, name)), name, record
        )
        console.print(f"{name}: {len(rows)} clips prepared")
        if kind == "voices":
            _prepare_copies(name, rows, recipe)
            _prepare_excerpts(name, rows, recipe)
    if folders:
        _prepare_folders(folders, recipe, console)


def _face_facts(row: Any) -> tuple[str, ...]:
    """What a face's row is made from, for the set's record."""
    return row.clip_name, row.emotion, row.source, row.split


def _voice_facts(row: Any) -> tuple[str, ...]:
    """What a voice's row is made from, for the set's record."""
    return row.clip_name, row.emotion, row.source, row.speaker, _split(row)


def _split(row: Any) -> Split:
    return split_of(row.source, person_name(row.speaker))


def _prepare_copies(name: str, rows: list[Any], recipe: PrepareRecipe) -> None:
    """Prepare a set's training clips in the voices of virtual speakers, a set of its own a copy."""
    train = [row for row in rows if _split(row) == "train"]
    for copy in range(1, recipe.copies + 1 if train else 1):
        copied = copy_name(name, copy)
        record = record_of(map(_voice_facts, train), recipe.levels)
        write_set(Path(recipe.output) / copied, train, voice_preparer(recipe, copy), copied, record)


def _prepare_excerpts(name: str, rows: list[Any], recipe: PrepareRecipe) -> None:
    """Prepare an excerpt of every clip that is not trained on, a set of its own."""
    held = [row for row in rows if _split(row) != "train"]
    if recipe.excerpts and held:
        excerpts = copy_name(name, EXCERPTS)
        items = list(zip(held, companions(held), strict=True))
        facts = ((*_voice_facts(row), other.clip_name) for row, other in items)
        record = record_of(facts, recipe.levels)
        write_set(Path(recipe.output) / excerpts, items, excerpt_preparer(recipe), excerpts, record)


def _read_folders(recipe: PrepareRecipe, console: Console) -> dict[str, list[SplitClip]]:
    """The clips of each folder in random order; read first, so that a mistake shows at once.

    A split that is stated anywhere holds everywhere, also where `limit` leaves out who states it.
    """
    read = {}
    for name, folder in recipe.folders.items():
        if not re.fullmatch(r"\w+", name):
            raise ConfigError(f"folders: `{name}` should be letters, digits and underscores.")
        clips = read_layout(Path(folder), fold=recipe.fold)
        random.Random(recipe.seed).shuffle(clips)
        read[name] = clips
    every = [clip for clips in read.values() for clip in clips]
    check_spelling(every)
    stated = stated_splits(every)
    taken = {name: clips[: recipe.limit or None] for name, clips in read.items()}
    divided = {
        name: list(zip(clips, split_clips(clips, stated), strict=True))
        for name, clips in taken.items()
    }
    folders = without_copies(divided)
    for name, found in divided.items():
        if copies := len(found) - len(folders[name]):
            console.print(
                f"{name}: left out, as train has them as well: {copies} clips of dev and test",
                highlight=False,
            )
    check_prepared(Path(recipe.output), folders)
    return folders


def _prepare_folders(
    folders: dict[str, list[SplitClip]], recipe: PrepareRecipe, console: Console
) -> None:
    measures: dict[Modality, Measure] = {
        "face": face_measure(_tracker()),
        "voice": voice_measure(speech_encoder(recipe.levels, recipe.threads)),
    }
    for name, clips in folders.items():
        if not clips:  # copies of what others have in train
            continue
        prepare_clips(name, clips, Path(recipe.output), measures, recipe.levels, console)


def _tracker() -> FaceTracker:
    cv2.setNumThreads(1)
    return FaceTracker(FaceLandmarker(fetch_component(FACE_LANDMARKER, cache_dir())))


def face_preparer(path: Path) -> Prepare:
    """Measures single pictures of faces of the set in `path`; one without a face is left out."""
    tracker = _tracker()

    def measure(row: Any) -> Row | None:
        where = f"{path}: {row.clip_name}"
        crop = frame_face(row.image, row.source, where)
        track = tracker.track(_picture(row.image, where)[None], np.zeros(1))
        if track is None:
            return None
        facts = {
            "clip": row.clip_name, "emotion": row.emotion, "split": row.split,
            "source": row.source, "person": pictured(row.source, row.clip_name),
            **cue_columns(cue_values(track, None).items()),
        }  # fmt: skip
        return facts, {
            "crops": crop[None],
            "blendshapes": track.blendshapes,
            "pose_deg": track.pose_deg,
        }

    return measure


def _picture(jpeg: bytes, where: str) -> npt.NDArray[np.uint8]:
    """A tightly cropped face, enlarged and with a black border, as the detector wants it: RGB."""
    grey = cv2.resize(
        decode_grey(jpeg, where), (_LANDMARK_SIDE, _LANDMARK_SIDE), interpolation=cv2.INTER_CUBIC
    )
    grey = cv2.copyMakeBorder(
        grey, _BORDER, _BORDER, _BORDER, _BORDER, cv2.BORDER_CONSTANT, value=0.0
    )
    return np.repeat(np.asarray(grey, np.uint8)[:, :, None], 3, 2)


def voice_preparer(recipe: PrepareRecipe, copy: int = 0) -> Prepare:
    """Measures voices through the int8 speech encoder that ships.

    `copy` above zero measures each person's clips as that person's virtual speaker says them.
    """
    hear_row = _voice_measure(recipe)

    def measure(row: Any) -> Row | None:
        waveform, person = decode_sound(row.audio, row.clip_name), person_name(row.speaker)
        if copy:
            person = virtual_name(person, copy)
            waveform = VirtualSpeaker.draw(person).speak(waveform, row.clip_name)
        return hear_row(row, waveform, person)

    return measure


def excerpt_preparer(recipe: PrepareRecipe) -> Prepare:
    """Measures, of pairs of clips of one person and emotion, an excerpt named after the first."""
    hear_row = _voice_measure(recipe)

    def measure(item: Any) -> Row | None:
        row = item[0]
        first, second = (decode_sound(clip.audio, clip.clip_name) for clip in item)
        return hear_row(row, excerpt(first, second, row.clip_name), person_name(row.speaker))

    return measure


def _voice_measure(recipe: PrepareRecipe) -> Callable[[Any, Waveform, str], Row | None]:
    encoder = speech_encoder(recipe.levels, recipe.threads)

    def measure(row: Any, waveform: Waveform, person: str) -> Row | None:
        voice = hear(waveform, 0.0)
        if voice is None:
            return None
        facts = {
            "clip": row.clip_name, "emotion": row.emotion, "person": person, "sex": row.sex,
            "language": row.language, "source": row.source,
            "seconds": len(waveform) / SAMPLE_RATE_HZ, "split": _split(row),
            **cue_columns(cue_values(None, voice).items()),
        }  # fmt: skip
        return facts, speech_tensors(encoder, voice)

    return measure


def decode_sound(encoded: bytes, name: str) -> Waveform:
    """Encoded sound at 16 kHz → mono float32 of at most `LONGEST_S`.

    Raises:
        DataError: it cannot be decoded or has another rate; it never becomes silence.
    """
    try:
        waveform, rate = soundfile.read(io.BytesIO(encoded), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise DataError(f"{name}: its sound cannot be decoded ({error}).") from error
    if rate != SAMPLE_RATE_HZ:
        raise DataError(f"{name}: {rate} Hz sound; convert the set to {SAMPLE_RATE_HZ} Hz.")
    return np.asarray(waveform.mean(1)[: int(LONGEST_S * SAMPLE_RATE_HZ)], np.float32)
