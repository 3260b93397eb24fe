"""`python -m tests.benchmarks.published CLIP`: each stage beside the published way of doing it.

R1-Omni (arXiv 2503.05379) builds on HumanOmni-0.5B: SigLIP-base on 8 pictures, Whisper-large-v3's
encoder over 30 s of sound whatever its length, and Qwen2.5-0.5B behind 392 + 500 media tokens and
60 of text. Networks of these shapes, with random weights, do that work in PyTorch in float32, and
where this project's own writers can export them, in onnxruntime: the language model in 4 bits, the
speech encoder in 8. What ours takes is measured on a window of the clip; its rationale has as many
tokens as theirs. Times are medians of rounds in turns. Takes torch and about 6 GB of memory.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
import transformers
import typer
from rich.console import Console
from rich.table import Table
from tokenizers import Tokenizer

from model.analysis import AnalysisOptions
from model.baseline import Baseline
from model.export.assemble import default_bundle
from model.export.decoder_graph import write_decoder
from model.export.whisper_graph import MEL_BANDS, write_whisper_encoder
from model.media import read_windows
from model.runtime.analyzer import Analyzer
from model.runtime.decoder import Decoder
from model.runtime.speech_encoder import SpeechEncoder
from model.weights.gguf import LlamaShape
from model.weights.grid import GridTensor, quantise

ROUNDS = 3
PICTURES, SOUND_FRAMES = 8, 3000
PROMPT_TOKENS = 392 + 500 + 60
OUTPUT = Path("build/published.json")
WHISPER_LARGE = {
    "d_model": 1280, "encoder_layers": 32, "encoder_attention_heads": 20,
    "encoder_ffn_dim": 5120, "num_mel_bins": MEL_BANDS, "decoder_layers": 1,
}  # fmt: skip
"""Of 80 mel bands instead of 128: a thousandth of its work."""
QWEN = LlamaShape(
    layers=24, hidden_size=896, intermediate_size=4864, heads=14, kv_heads=2, vocab_size=151_936,
    max_positions=2048, rope_theta=1e6, rms_norm_eps=1e-6,
)  # fmt: skip

Stages = Mapping[str, Callable[[], object]]


def in_torch(written: int) -> Stages:
    """The published stages in float32."""
    pictures = torch.zeros(PICTURES, 3, 224, 224)
    sees = transformers.SiglipVisionModel(transformers.SiglipVisionConfig()).eval()
    sound = torch.zeros(1, MEL_BANDS, SOUND_FRAMES)
    hears = transformers.models.whisper.modeling_whisper.WhisperEncoder(
        transformers.WhisperConfig(**WHISPER_LARGE)
    ).eval()
    says = transformers.Qwen2ForCausalLM(
        transformers.Qwen2Config(
            vocab_size=QWEN.vocab_size, hidden_size=QWEN.hidden_size,
            intermediate_size=QWEN.intermediate_size, num_hidden_layers=QWEN.layers,
            num_attention_heads=QWEN.heads, num_key_value_heads=QWEN.kv_heads,
            tie_word_embeddings=True,
        )
    ).eval()  # fmt: skip
    prompt = torch.zeros(1, PROMPT_TOKENS, dtype=torch.long)
    cache: list[transformers.DynamicCache] = []

    def read() -> None:
        cache[:] = [transformers.DynamicCache()]
        says(prompt, cache=cache[0], logits_to_keep=1)

    def write() -> None:
        for _ in range(written):
            says(prompt[:, :1], cache=cache[0])

    work = {
        "see": lambda: sees(pictures),
        "hear": lambda: hears(sound),
        "read": read,
        "write": write,
    }
    return {stage: torch.inference_mode()(do) for stage, do in work.items()}


def in_onnxruntime(folder: Path, written: int) -> Stages:
    """The published stages that our writers can export: whisper in int8, Qwen in int4."""
    whisper, qwen = folder / "whisper.onnx", folder / "qwen.onnx"
    write_whisper_encoder(whisper, whisper_weights(), WHISPER_LARGE["encoder_layers"], int8=True)
    write_decoder(qwen, QWEN, qwen_weights(), max_tokens=QWEN.max_positions)
    encoder = SpeechEncoder(whisper, [WHISPER_LARGE["encoder_layers"]])
    decoder = Decoder(qwen, max_tokens=QWEN.max_positions)
    sound = np.zeros((MEL_BANDS, SOUND_FRAMES), np.float32)
    decoder.read([start := decoder.grow([0])])
    end = [start]

    def read() -> None:
        decoder.cut(1)
        end[0] = decoder.grow(np.zeros(PROMPT_TOKENS - 1), start)
        decoder.read([end[0]])

    def write() -> None:
        for _ in range(written):
            end[0] = decoder.grow([0], end[0])
            decoder.read([end[0]])

    return {"hear": lambda: encoder.hear(sound), "read": read, "write": write}


def whisper_weights() -> dict[str, np.ndarray]:
    """Random ones of its shape, by transformers' names."""
    config = transformers.WhisperConfig(**WHISPER_LARGE)
    encoder = transformers.models.whisper.modeling_whisper.WhisperEncoder(config)
    return {name: tensor.numpy() for name, tensor in encoder.state_dict().items()}


def qwen_weights() -> dict[str, GridTensor | np.ndarray]:
    """Random ones of its shape; one matrix of a kind serves all layers."""
    rng, inner = np.random.default_rng(0), QWEN.intermediate_size
    hidden, beside = QWEN.hidden_size, QWEN.kv_heads * (QWEN.hidden_size // QWEN.heads)

    def matrix(rows: int, columns: int) -> GridTensor:
        return quantise(rng.normal(0, 0.02, (rows, columns)).astype(np.float32))

    of_a_layer: dict[str, GridTensor | np.ndarray] = {
        "self_attn.q_proj": matrix(hidden, hidden), "self_attn.k_proj": matrix(beside, hidden),
        "self_attn.v_proj": matrix(beside, hidden), "self_attn.o_proj": matrix(hidden, hidden),
        "mlp.gate_proj": matrix(inner, hidden), "mlp.up_proj": matrix(inner, hidden),
        "mlp.down_proj": matrix(hidden, inner),
        "input_layernorm": np.ones(hidden, np.float32),
        "post_attention_layernorm": np.ones(hidden, np.float32),
    }  # fmt: skip
    every = {
        f"model.layers.{layer}.{name}.weight": value
        for layer in range(QWEN.layers)
        for name, value in of_a_layer.items()
    }
    table = matrix(QWEN.vocab_size, hidden)
    return {
        **every,
        "model.embed_tokens.weight": table,
        "model.norm.weight": np.ones(hidden, np.float32),
    }


def ours(clip: Path) -> tuple[dict[str, float], int]:
    """Medians of our stages on the clip's first window in ms; tokens of its rationale."""
    bundle, options = default_bundle(), AnalysisOptions()
    analyzer = Analyzer(bundle)
    tokenizer = Tokenizer.from_file(str(bundle.path("tokenizer.json")))
    window = next(read_windows(clip, options.window_s, options.hop_s))
    taken: dict[str, list[float]] = {}
    for _ in range(ROUNDS + 1):
        analysis = analyzer.analyze(analyzer.perceiver.perceive(window), options, Baseline())
        spent = analysis.timings_ms
        stages = {
            "see": spent["face"],
            "hear": spent["voice"] + spent["encoders"],
            "read": spent["prefill"] + spent["labels"],
            "write": spent["rationale"],
        }
        for stage, value in stages.items():
            taken.setdefault(stage, []).append(value)
    medians = {stage: statistics.median(values[1:]) for stage, values in taken.items()}
    return medians, len(tokenizer.encode(analysis.rationale).ids)


def times(contestants: Mapping[str, Stages]) -> dict[str, dict[str, float]]:
    """Milliseconds by contestant and stage, medians of rounds in which all take turns."""
    taken = {name: {stage: [] for stage in stages} for name, stages in contestants.items()}
    for _ in range(ROUNDS):
        for name, stages in contestants.items():
            for stage, work in stages.items():
                begun = time.perf_counter()
                work()
                taken[name][stage].append((time.perf_counter() - begun) * 1e3)
    return {
        name: {stage: statistics.median(values) for stage, values in stages.items()}
        for name, stages in taken.items()
    }


def main(clip: Path) -> None:
    """Print what each stage takes, and how many times ours the published ones do."""
    torch.set_num_threads(os.cpu_count() or 1)
    own, written = ours(clip)
    with tempfile.TemporaryDirectory() as folder:
        found = times({
            "PyTorch float32": in_torch(written),
            "onnxruntime": in_onnxruntime(Path(folder), written),
        })  # fmt: skip
    table = Table("stage", "ours, ms", *found)
    for stage, own_ms in own.items():
        cells = (
            f"{ms[stage]:.0f} ({ms[stage] / own_ms:.1f}x)" if stage in ms else "-"
            for ms in found.values()
        )
        table.add_row(stage, f"{own_ms:.0f}", *cells)
    Console().print(table)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"ours": own, **found}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
