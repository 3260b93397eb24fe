"""What is usual: for people in general (`Norms`) and for this person (`Baseline`).

People differ more than emotions do, so every cue and every embedding is read against a reference:
the person's own mean where it is known, drawn towards the population's while few clips are known.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from model.cues import CUES
from model.errors import BundleError
from model.sentence import QT_TRANSLATE_NOOP

FloatArray = npt.NDArray[np.float64]
Kind = Literal["none", "neutral", "running"]

NORMS_PATH = Path(__file__).parent / "release" / "norms.json"
MIN_SD = {True: 0.05, False: 0.3}
"""Smallest spread, for one-sided cues (on the square-root scale) and for the others (in units):
a cue that hardly moves in the sample must not turn measurement noise into a deviation."""

PRIOR_CLIPS: Mapping[Kind, float] = {"none": 1.0, "neutral": 1.0, "running": 2.0}
"""How many clips the population's mean counts for. What tells strangers' emotions apart best: more
than the variance within a person over the variance between people, which would find the mean best,
as few clips show few emotions (`docs/decisions/0053`)."""


@dataclass(frozen=True)
class Norm:
    """How a cue is spread, on the cue's scale (`CueKind.scaled`).

    Attributes:
        mean: over all clips.
        sd: standard deviation over all clips of all people.
        own_sd: standard deviation of a person's clips round that person's mean. Of strangers'
            clips nothing is known of it; theirs are taken to share out as those of known people do.
    """

    mean: float
    sd: float
    own_sd: float


@dataclass(frozen=True)
class Norms:
    """Population norms of every cue, measured on training data and shipped as data.

    Attributes:
        source: what they were measured on, shown in the model card.
    """

    cues: Mapping[str, Norm]
    source: str = ""

    @classmethod
    def load(cls, path: Path = NORMS_PATH) -> Norms:
        """Read norms; `BundleError` if the file is missing or incomplete."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            cues = {name: Norm(**data["cues"][name]) for name in CUES}
        except (OSError, ValueError, KeyError, TypeError) as error:
            text = QT_TRANSLATE_NOOP(
                "errors", "The cue norms {path} are missing or damaged; reinstall r1-omni."
            )
            raise BundleError(text, path=path) from error
        return cls(cues, str(data.get("source", "")))

    def save(self, path: Path) -> None:
        cues = {name: asdict(norm) for name, norm in self.cues.items()}
        text = json.dumps({"source": self.source, "cues": cues}, indent=2)
        path.write_text(text + "\n", encoding="utf-8")


def measure_norms(
    rows: Iterable[tuple[str | None, Mapping[str, float]]],
    source: str,
    provisional: Mapping[str, Norm] | None = None,
) -> Norms:
    """Measure norms over clips, each given as (person or `None`, its `cue_values`).

    Statistics are taken on the cue's scale, after drawing values in to the 1st and 99th percentile.
    Cues of which fewer than 20 clips tell anything are taken from `provisional`.

    Raises:
        ValueError: a cue has too few values and no provisional norm.
    """
    clips = list(rows)
    cues: dict[str, Norm] = {}
    for name in CUES:
        found = [(person, values[name]) for person, values in clips if name in values]
        if len(found) >= 20:
            cues[name] = _measure(name, [p for p, _ in found], [v for _, v in found])
        elif provisional is not None and name in provisional:
            cues[name] = provisional[name]
        else:
            raise ValueError(f"only {len(found)} clips tell anything about {name}")
    return Norms(cues, source)


def _measure(name: str, people: Sequence[str | None], values: Sequence[float]) -> Norm:
    kind = CUES[name]
    scaled = np.array([kind.scaled(value) for value in values])
    scaled = np.clip(scaled, *np.percentile(scaled, [1, 99]))
    sd = max(float(scaled.std()), MIN_SD[kind.one_sided])
    share = _own_share(scaled, people)
    own_sd = max(share * sd, MIN_SD[kind.one_sided])
    mean = 0.0 if kind.absolute else float(scaled.mean())
    return Norm(mean, sd, min(own_sd, sd))


def _own_share(scaled: FloatArray, people: Sequence[str | None]) -> float:
    """SD of known people's clips round each one's mean over the SD of all of these clips.

    Of people with several clips. 1.0 where there is nobody, or no spread.
    """
    clips: dict[str, list[float]] = defaultdict(list)
    for person, value in zip(people, scaled.tolist(), strict=True):
        if person is not None:
            clips[person].append(value)
    known = [np.array(own) for own in clips.values() if len(own) > 1]
    if not known:
        return 1.0
    residuals = [(own - own.mean()) * np.sqrt(len(own) / (len(own) - 1)) for own in known]
    spread = float(np.concatenate(known).std())
    return min(1.0, float(np.concatenate(residuals).std()) / spread) if spread > 0 else 1.0


@dataclass
class Baseline:
    """Running means of one person's cues and of any vectors that the network compares.

    `none` knows nothing; `neutral` holds one neutral clip; `running` is updated by every window,
    or holds all of a recording's but the one that is judged.

    >>> person = Baseline("running")
    >>> person.update("face_embedding", [1.0, 3.0])
    >>> person.mean("face_embedding", population=[0.0, 0.0]).tolist()
    [0.3333333333333333, 1.0]
    """

    kind: Kind = "none"
    _counts: dict[str, int] = field(default_factory=dict)
    _means: dict[str, FloatArray] = field(default_factory=dict)

    def update(self, name: str, vector: npt.ArrayLike) -> None:
        """Take one clip's vector (d,) into the mean called `name`.

        Raises:
            ValueError: the kind is `none`, the shape has changed, or a value is not finite.
        """
        if self.kind == "none":
            raise ValueError("a baseline of kind none is never updated")
        new = np.atleast_1d(np.asarray(vector, dtype=np.float64))
        old = self._means.get(name, np.zeros_like(new))
        if new.shape != old.shape or not np.isfinite(new).all():
            raise ValueError(f"{name} does not fit the baseline")
        count = self._counts.get(name, 0) + 1
        self._means[name] = old + (new - old) / count
        self._counts[name] = count

    def update_cues(self, values: Mapping[str, float]) -> None:
        """Take one clip's `cue_values` in."""
        for name, value in _scaled_cues(values).items():
            self.update(name, value)

    def without(self, vectors: Mapping[str, npt.ArrayLike], cues: Mapping[str, float]) -> Baseline:
        """The same as if one clip that was taken in had never been.

        >>> person = Baseline("running")
        >>> person.update("face_embedding", [1.0, 3.0])
        >>> person.update("face_embedding", [5.0, 5.0])
        >>> rest = person.without({"face_embedding": [5.0, 5.0]}, {})
        >>> rest.count("face_embedding"), rest.mean("face_embedding", [0.0, 0.0]).round(2).tolist()
        (1, [0.33, 1.0])

        Args:
            vectors: of that clip, as `update` took them.
            cues: of that clip, as `update_cues` took them.
        """
        rest = Baseline(self.kind, dict(self._counts), dict(self._means))
        for name, vector in {**vectors, **_scaled_cues(cues)}.items():
            count, mean = rest._counts.pop(name), rest._means.pop(name)
            if count > 1:
                rest._counts[name] = count - 1
                rest._means[name] = mean + (mean - np.atleast_1d(vector)) / (count - 1)
        return rest

    def count(self, name: str) -> int:
        """How many clips the mean called `name` is taken over."""
        return self._counts.get(name, 0)

    def kind_of(self, name: str) -> Kind:
        """What the mean called `name` is taken over: `none` until there is a clip in it."""
        return self.kind if self.count(name) else "none"

    def weight(self, name: str) -> float:
        """How much the person's own mean counts beside the population's, in [0, 1)."""
        count = self.count(name)
        return count / (count + PRIOR_CLIPS[self.kind])

    def mean(self, name: str, population: npt.ArrayLike) -> FloatArray:
        """The person's mean (d,), drawn towards `population`, which is what is returned if unseen.

        n/(n+k) of the person's and k/(n+k) of the population's mean (empirical Bayes shrinkage,
        James and Stein, 1961), n clips seen, k `PRIOR_CLIPS`.
        """
        prior = np.asarray(population, dtype=np.float64)
        if not self.count(name):
            return prior
        weight = self.weight(name)
        return weight * self._means[name] + (1.0 - weight) * prior

    def cue_weight(self, cue: str) -> float:
        """`weight` of a cue; 1 or 0 for a relative one, which no population mean can stand for."""
        if CUES[cue].absolute:
            return 0.0
        weight = self.weight(_cue_key(cue))
        return float(weight > 0) if CUES[cue].relative else weight

    def cue_mean(self, cue: str, norm: Norm) -> float:
        """A cue's reference, on the cue's scale."""
        if CUES[cue].absolute:
            return 0.0
        if CUES[cue].relative and self.count(_cue_key(cue)):
            return float(self._means[_cue_key(cue)][0])
        return float(self.mean(_cue_key(cue), [norm.mean])[0])

    def to_json(self) -> dict[str, Any]:
        """The state as JSON-ready data."""
        vectors = {
            name: {"count": self._counts[name], "mean": self._means[name].tolist()}
            for name in self._means
        }
        return {"kind": self.kind, "vectors": vectors}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Baseline:
        """Inverse of `to_json`; `ValueError` if it is not such data."""
        if data.get("kind") not in PRIOR_CLIPS or not isinstance(data.get("vectors"), Mapping):
            raise ValueError("not a baseline")
        baseline = cls(data["kind"])
        for name, entry in data["vectors"].items():
            baseline._counts[name] = int(entry["count"])
            baseline._means[name] = np.asarray(entry["mean"], dtype=np.float64)
        return baseline


def _scaled_cues(values: Mapping[str, float]) -> dict[str, float]:
    """Cues by the names of their means, on the scales that those are taken on."""
    return {_cue_key(name): CUES[name].scaled(value) for name, value in values.items()}


def _cue_key(cue: str) -> str:
    return f"cue/{cue}"
