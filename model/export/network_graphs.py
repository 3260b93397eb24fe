"""The parts that r1-omni trained itself, as ONNX graphs: the face encoder and the projectors.

Each writer mirrors a torch module of `model.network`, which a parity test holds it to; tensors go
by the module's own `state_dict` names.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from model.evidence import SPOKEN_FROM
from model.export.graph import Float32, Graph
from model.perception.face_crop import CROP_SIDE
from model.processing import OWN_MEANS

NORM_EPSILON = 1e-5
Weights = Mapping[str, Float32]


def write_face_encoder(path: str | Path, weights: Weights) -> None:
    """`model.network.face_encoder.FaceEncoder` behind its own standardisation.

    Input `crops` uint8 (n, 48, 48); outputs `embeddings` float32 (n, width) and `scores` (n, 7).
    """
    graph = Graph("face_encoder")
    crops = graph.input("crops", np.uint8, ("n", CROP_SIDE, CROP_SIDE))
    x = _standardise(graph, crops)
    x = graph.relu(_conv_norm(graph, x, weights, "stem", 1))
    stages = sum(name.startswith("down.") and name.endswith(".0.weight") for name in weights)
    depth = sum(name.endswith(".first.0.weight") for name in weights) // stages
    for stage in range(stages):
        x = graph.relu(_conv_norm(graph, x, weights, f"down.{stage}", 2))
        for block in range(stage * depth, (stage + 1) * depth):
            inner = graph.relu(_conv_norm(graph, x, weights, f"blocks.{block}.first", 1))
            inner = _conv_norm(graph, inner, weights, f"blocks.{block}.second", 1)
            x = graph.relu(graph.add(x, inner))
    embeddings = graph.global_average_pool(x)
    scores = _linear(graph, embeddings, weights, "classifier")
    width = len(weights["classifier.weight"][0])
    graph.output(embeddings, "embeddings", np.float32, ("n", width))
    graph.output(scores, "scores", np.float32, ("n", len(weights["classifier.bias"])))
    graph.save(path)


def write_projector(path: str | Path, weights: Weights) -> None:
    """`model.network.projector.Projector`.

    Inputs `steps` (n, steps, width), `summary` (n, width), `cues` (n, cues, 3); outputs `tokens`
    (n, 1 + steps + cues, width) and `scores` (n, classes); all float32.
    """
    graph = Graph("projector", halved=True)
    step_width = weights["step_in.weight"].shape[1]
    summary_width = weights["trunk.enter.weight"].shape[1] + len(OWN_MEANS)
    steps_count, width = weights["step_position"].shape
    cue_count = len(weights["cue_name"])
    steps = graph.input("steps", np.float32, ("n", steps_count, step_width))
    summary = graph.input("summary", np.float32, ("n", summary_width))
    cues = graph.input("cues", np.float32, ("n", cue_count, 3))
    scores = _trunk(graph, summary, weights)
    first = graph.unsqueeze(_linear(graph, graph.softmax(scores), weights, "summary_out"), [1])
    moves = _linear(
        graph, graph.relu(_linear(graph, steps, weights, "step_in")), weights, "step_out"
    )
    moves = graph.add(moves, graph.constant(weights["step_position"]))
    order = _telling_order(graph, cues, cue_count)
    told = graph.op("GatherND", cues, graph.unsqueeze(order, [-1]), batch_dims=1)
    words = graph.relu(_linear(graph, _cue_inputs(graph, told), weights, "cue_in"))
    names = graph.gather(graph.constant(weights["cue_name"]), order)
    words = graph.add(_linear(graph, words, weights, "cue_out"), names)
    tokens = graph.layer_norm(
        graph.concat([first, moves, words], 1), weights["norm.weight"], weights["norm.bias"]
    )
    graph.output(tokens, "tokens", np.float32, ("n", 1 + steps_count + cue_count, width))
    graph.output(scores, "scores", np.float32, ("n", len(weights["trunk.classifier.bias"])))
    graph.save(path)


def _linear(graph: Graph, x: str, weights: Weights, name: str) -> str:
    return graph.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _trunk(graph: Graph, summary: str, weights: Weights) -> str:
    width = weights["trunk.enter.weight"].shape[1]
    measured, own = graph.split(summary, [width, len(OWN_MEANS)])
    hidden = graph.relu(_linear(graph, measured, weights, "trunk.enter"))
    hidden = graph.add(hidden, graph.relu(_linear(graph, hidden, weights, "trunk.inner")))
    scores = _linear(graph, hidden, weights, "trunk.classifier")
    if "trunk.adjustment" not in weights:  # of before nano-0.11
        return scores
    return graph.add(scores, graph.linear(own, weights["trunk.adjustment"].T))


def _telling_order(graph: Graph, cues: str, count: int) -> str:
    """`model.network.projector.telling_order`; TopK, too, takes the first of equals first."""
    deviation, measured, _ = graph.split(cues, [1, 1, 1])
    size = graph.add(graph.op("Abs", deviation), measured)
    size = graph.op("Squeeze", size, graph.constant(np.array([-1])))
    graph.node("TopK", [size, graph.constant(np.array([count]))], ["telling", "telling_order"])
    return "telling_order"


def _cue_inputs(graph: Graph, cues: str) -> str:
    """`model.network.projector.cue_inputs`: deviation, size, flags and the level switches."""
    deviation, measured, person = graph.split(cues, [1, 1, 1])
    parts = [deviation, graph.op("Abs", deviation), measured, person]
    for operator, sign in (("GreaterOrEqual", 1.0), ("LessOrEqual", -1.0)):
        for size in SPOKEN_FROM:
            switch = graph.op(operator, deviation, graph.constant(np.float32(sign * size)))
            parts.append(graph.op("Cast", switch, to=1))
    return graph.concat(parts, -1)


def _standardise(graph: Graph, crops: str) -> str:
    """Zero mean and unit SD for each crop, (n, 1, h, w); as `face_encoder.standardise`."""
    pixels = graph.op("Cast", crops, to=1)
    centred = graph.op("Sub", pixels, graph.mean(pixels, [1, 2]))
    deviation = graph.op("Sqrt", graph.mean(graph.mul(centred, centred), [1, 2]))
    scale = graph.add(deviation, graph.constant(np.float32(1.0)))
    return graph.unsqueeze(graph.op("Div", centred, scale), [1])


def _conv_norm(graph: Graph, x: str, weights: Weights, name: str, stride: int) -> str:
    """A convolution with its batch normalisation folded in."""
    scale = weights[f"{name}.1.weight"] / np.sqrt(weights[f"{name}.1.running_var"] + NORM_EPSILON)
    kernel = weights[f"{name}.0.weight"] * scale[:, None, None, None]
    bias = weights[f"{name}.1.bias"] - weights[f"{name}.1.running_mean"] * scale
    return graph.conv(x, kernel.astype(np.float32), bias.astype(np.float32), stride, 1)
