"""Picture and sound cut into windows: read forward once, whatever the length of the file."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, closing
from fractions import Fraction
from pathlib import Path
from typing import get_args

import numpy as np

from model.clip import Clip
from model.errors import ConfigError, MediaError
from model.media.picture import PictureTrack
from model.media.sound import SoundTrack
from model.media.source import Modality, Source, inspect
from model.sentence import QT_TRANSLATE_NOOP

MAX_CLIP_S = 60.0
"""Longest file that `read_clip` takes whole."""

_SHORTEST_WINDOW = Fraction(1)  # second
_LARGEST_OPTION = 1e9  # 30 years; what is counted in samples must stay a number


def read_windows(
    path: str | Path,
    window_s: float = 5.0,
    hop_s: float = 5.0,
    max_frame_rate_hz: float = 10.0,
    modality: Modality = "both",
) -> Generator[Clip, None, None]:
    """Yield the windows of a recording: [0, window_s), [hop_s, hop_s + window_s), …

    The last window ends where the recording ends. What would be left over is added to the window
    before if it is shorter than 1 s (or than a hop), so a clip of 3.5 s is one window and one of
    5.4 s is one window of 5.4 s. A window in which nothing was recorded is left out; one into
    which only the picture or only the sound reaches has that modality alone. Memory holds one
    window and 1 s, whatever the file's length.

    Args:
        path: a media file.
        window_s: length of a window, seconds.
        hop_s: from one window's start to the next, seconds; at most `window_s`.
        max_frame_rate_hz: frames are thinned out to this rate by their time stamps.
        modality: "face" drops the sound, "voice" the picture; neither is then decoded.

    Raises:
        ConfigError: an argument is out of range.
        MediaError: the file cannot be read, has not the modality asked for, is damaged (see the
            package), or ends earlier than it says (after its last whole window was yielded).
    """
    _check_options(window_s, hop_s, max_frame_rate_hz, modality)
    source = inspect(path)
    _check_modality(source, modality)
    with ExitStack() as files:
        picture = sound = None
        if source.picture is not None and modality != "voice":
            picture = files.enter_context(closing(PictureTrack(source, max_frame_rate_hz)))
        if source.sound is not None and modality != "face":
            sound = files.enter_context(closing(SoundTrack(source)))
        yield from _cut_windows(source, picture, sound, window_s, hop_s)


def _cut_windows(
    source: Source,
    picture: PictureTrack | None,
    sound: SoundTrack | None,
    window_s: float,
    hop_s: float,
) -> Generator[Clip, None, None]:
    tracks = [track for track in (picture, sound) if track is not None]
    window, hop = _exactly(window_s), _exactly(hop_s)
    rest = min(_SHORTEST_WINDOW, hop)
    number, last = 0, False
    while not last:
        start, end = number * hop, number * hop + window
        for track in tracks:
            track.read_until(float(end + rest))
        total_s = max(track.reached_s for track in tracks)
        last = total_s < float(end + rest)
        number += 1
        end_s = total_s if last else float(end)
        clip = _cut(source, picture, sound, (float(start), end_s, float(number * hop)))
        if clip is not None:
            given = [clip]
            # Not held here: two windows need not fit into memory, nor one that was measured.
            del clip
            yield given.pop()


def _exactly(seconds: float) -> Fraction:
    """The number that was meant: 0.1 is a tenth here, and three times 0.1 is 0.3.

    Borders are rounded to floats one by one, as time stamps are. Were they added up as floats, a
    frame on a border could be in neither window, or in both.
    """
    return Fraction(str(seconds))


def _cut(
    source: Source,
    picture: PictureTrack | None,
    sound: SoundTrack | None,
    span_s: tuple[float, float, float],
) -> Clip | None:
    frames, times, waveform = None, np.empty(0, np.float64), None
    if picture is not None:
        frames, times = picture.cut(*span_s)
    if sound is not None:
        waveform = sound.cut(*span_s)
    if frames is None and waveform is None:
        return None
    return Clip(frames, times, waveform, span_s[0], span_s[1], source.path)


def read_clip(
    path: str | Path, max_frame_rate_hz: float = 10.0, modality: Modality = "both"
) -> Clip:
    """Read a whole short file as one clip; `read_windows` is for long ones.

    All of its frames are in memory at once: up to 28 MB a second at 1280x960 and 10 Hz.

    Raises:
        ConfigError, MediaError: as `read_windows`; also a file longer than `MAX_CLIP_S`.
    """
    too_long = MediaError(
        QT_TRANSLATE_NOOP(
            "errors", "'{path}' is longer than {most_s:.0f} seconds; give a shorter piece of it."
        ),
        path=path,
        most_s=MAX_CLIP_S,
    )
    windows = read_windows(path, MAX_CLIP_S, MAX_CLIP_S, max_frame_rate_hz, modality)
    with closing(windows):
        clip = next(windows, None)
        if clip is None:
            text = QT_TRANSLATE_NOOP(
                "errors", "'{path}' holds nothing that was recorded; give another file."
            )
            raise MediaError(text, path=path)
        if next(windows, None) is not None:
            raise too_long
    return clip


def _check_options(window_s: float, hop_s: float, max_frame_rate_hz: float, modality: str) -> None:
    for name, value in (("window", window_s), ("hop", hop_s), ("frame rate", max_frame_rate_hz)):
        if not 0 < value <= _LARGEST_OPTION:
            raise ConfigError(
                f"The {name} is {value}; it must be a positive number of at most "
                f"{_LARGEST_OPTION:g}."
            )
    if hop_s > window_s:
        raise ConfigError(
            f"The hop of {hop_s:g} s is longer than the window of {window_s:g} s and would skip "
            "what lies between; give a hop of at most the window."
        )
    if modality not in get_args(Modality):
        raise ConfigError(f"The modality '{modality}' is unknown; choose both, face or voice.")


def _check_modality(source: Source, modality: Modality) -> None:
    if modality == "face" and source.picture is None:
        raise MediaError(
            QT_TRANSLATE_NOOP(
                "errors", "'{path}' has no picture; analyse its voice or give a video."
            ),
            path=source.path,
        )
    if modality == "voice" and source.sound is None:
        raise MediaError(
            QT_TRANSLATE_NOOP(
                "errors", "'{path}' has no sound; analyse its face or give another file."
            ),
            path=source.path,
        )
