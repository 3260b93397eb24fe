"""The training command line. Heavy imports wait until a command needs them."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from safetensors import SafetensorError

from model.errors import EXIT_CODE, R1OmniError
from training.config import load_recipe
from training.data.root import data_root
from training.running.memory import keep_freed_memory

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

Config = Annotated[
    Path, typer.Option("--config", help="Recipe (YAML); its head names the command.")
]
Data = Annotated[Path | None, typer.Option("--data", help="Folder of the data sets.")]
Overrides = Annotated[list[str] | None, typer.Argument(help="Recipe overrides: key=value …")]


@app.callback()
def _training() -> None:
    """Train, evaluate and export r1-omni's models."""
    keep_freed_memory()


@app.command("prepare")
def prepare_command(config: Config, data: Data = None, overrides: Overrides = None) -> None:
    """Run the frozen perception over the data sets and keep what it measures."""
    with _told_in_a_sentence():
        from training.data.prepare import PrepareRecipe, prepare

        recipe = load_recipe(PrepareRecipe, config, overrides)
        prepare(recipe, data_root(data) if recipe.sets else None, Console())


@app.command("face-encoder")
def face_encoder_command(config: Config, data: Data = None, overrides: Overrides = None) -> None:
    """Train the face CNN on single labelled faces."""
    with _told_in_a_sentence():
        from training.encoders.face_encoder import FaceEncoderRecipe, train

        train(load_recipe(FaceEncoderRecipe, config, overrides), data_root(data), Console())


@app.command("trunks")
def trunks_command(config: Config, overrides: Overrides = None) -> None:
    """Measure norms and teach the projectors' trunks to tell emotions apart."""
    with _told_in_a_sentence():
        from training.encoders.trunks import TrunkRecipe, train

        train(load_recipe(TrunkRecipe, config, overrides), Console())


@app.command("sft")
def sft_command(config: Config, overrides: Overrides = None) -> None:
    """The cold start: direct answers and rationales written from measured evidence."""
    with _told_in_a_sentence():
        from training.supervised.sft import SftRecipe, train

        train(load_recipe(SftRecipe, config, overrides), Console())


@app.command("grpo")
def grpo_command(config: Config, overrides: Overrides = None) -> None:
    """Reinforcement with verifiable rewards, from a cold start."""
    with _told_in_a_sentence():
        from training.reinforcement.grpo import GrpoRecipe, train

        train(load_recipe(GrpoRecipe, config, overrides), Console())


@app.command("adapt")
def adapt_command(config: Config, overrides: Overrides = None) -> None:
    """Teach the published model your own clips, in a minute."""
    with _told_in_a_sentence():
        from training.encoders.adapt import AdaptRecipe, adapt

        adapt(load_recipe(AdaptRecipe, config, overrides), Console())


@app.command("reopen")
def reopen_command(config: Config, overrides: Overrides = None) -> None:
    """Make the published model a stage that can be trained on."""
    with _told_in_a_sentence():
        from training.encoders.reopen import ReopenRecipe, reopen

        reopen(load_recipe(ReopenRecipe, config, overrides), Console())


@app.command("calibrate")
def calibrate_command(config: Config, overrides: Overrides = None) -> None:
    """Fit the temperature of the answer's probabilities on the development split."""
    with _told_in_a_sentence():
        from training.shipping.calibration import CalibrateRecipe, calibrate

        calibrate(load_recipe(CalibrateRecipe, config, overrides), Console())


@app.command("evaluate")
def evaluate_command(config: Config, overrides: Overrides = None) -> None:
    """Accuracy, calibration and faithfulness on a set, with intervals."""
    with _told_in_a_sentence():
        from training.evaluation.evaluate import EvaluateRecipe, evaluate

        evaluate(load_recipe(EvaluateRecipe, config, overrides), Console())


@app.command("breakdown")
def breakdown_command(config: Config, overrides: Overrides = None) -> None:
    """An evaluation's figures by sex, language and set."""
    with _told_in_a_sentence():
        from training.evaluation.breakdown import BreakdownRecipe, breakdown

        breakdown(load_recipe(BreakdownRecipe, config, overrides), Console())


@app.command("faithfulness")
def faithfulness_command(config: Config, overrides: Overrides = None) -> None:
    """Are the rationales true, and do the answers rest on them?"""
    with _told_in_a_sentence():
        from training.evaluation.evaluate import EvaluateRecipe, benchmark

        benchmark(load_recipe(EvaluateRecipe, config, overrides), Console())


@app.command("reproduce")
def reproduce_command(config: Config, overrides: Overrides = None) -> None:
    """The whole comparison: supervised fine-tuning against reinforcement, as tables."""
    with _told_in_a_sentence():
        from training.evaluation.reproduce import ReproduceRecipe, reproduce

        reproduce(load_recipe(ReproduceRecipe, config, overrides), Console())


@app.command("parity")
def parity_command(config: Config, overrides: Overrides = None) -> None:
    """Compare the int4 bundle with the float32 network."""
    with _told_in_a_sentence():
        from training.evaluation.parity import ParityRecipe, parity

        parity(load_recipe(ParityRecipe, config, overrides), Console())


@app.command("requantise")
def requantise_command(config: Config, overrides: Overrides = None) -> None:
    """What four bits after training would lose, by several published ways."""
    with _told_in_a_sentence():
        from training.shipping.requantise import RequantiseRecipe, requantise

        requantise(load_recipe(RequantiseRecipe, config, overrides), Console())


@app.command("settle")
def settle_command(config: Config, overrides: Overrides = None) -> None:
    """Put what was trained into the int4 weights themselves."""
    with _told_in_a_sentence():
        from training.shipping.settle import SettleRecipe, settle

        settle(load_recipe(SettleRecipe, config, overrides), Console())


@app.command("restore")
def restore_command(config: Config, overrides: Overrides = None) -> None:
    """Let a model that has learned on answer again as another stage does."""
    with _told_in_a_sentence():
        from training.supervised.restore import RestoreRecipe, restore

        restore(load_recipe(RestoreRecipe, config, overrides), Console())


@app.command("adjust")
def adjust_command(config: Config, overrides: Overrides = None) -> None:
    """Take off what trunks lean to behind a person's own mean."""
    with _told_in_a_sentence():
        from training.encoders.logit_adjustment import AdjustRecipe, adjust

        adjust(load_recipe(AdjustRecipe, config, overrides), Console())


@app.command("vocabulary")
def vocabulary_command() -> None:
    """List the tokens that rationales need, after the grammar has learned new words."""
    with _told_in_a_sentence():
        from training.shipping.vocabulary import write_words

        write_words(Console())


@app.command("drafts")
def drafts_command(config: Config, overrides: Overrides = None) -> None:
    """Count what follows what in rationales, so that they are written faster."""
    with _told_in_a_sentence():
        from training.shipping.drafts import DraftsRecipe, write_drafts

        write_drafts(load_recipe(DraftsRecipe, config, overrides), Console())


@app.command("peaks")
def peaks_command(config: Config, overrides: Overrides = None) -> None:
    """Measure what the decoder's linears read, so that prompts are read faster."""
    with _told_in_a_sentence():
        from training.shipping.peaks import PeaksRecipe, write_peaks

        write_peaks(load_recipe(PeaksRecipe, config, overrides), Console())


@app.command("publish")
def publish_command(config: Config, overrides: Overrides = None) -> None:
    """Make a trained stage the default model of the package."""
    with _told_in_a_sentence():
        from training.shipping.publish import PublishRecipe, publish

        publish(load_recipe(PublishRecipe, config, overrides), Console())


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    """A user's mistake, a full disk, a missing package: a sentence on stderr and exit code 2."""
    try:
        yield
    except R1OmniError as error:
        raise _told(str(error)) from None
    except (OSError, SafetensorError, RuntimeError) as error:
        if (sentence := _of_disk(error)) is None:
            raise
        raise _told(sentence) from None
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", "model", "training"):  # a fault of ours
            raise
        raise _told(
            f"Training needs the package {package}, which is missing; run `pip install "
            "'.[training]'` in the checkout."
        ) from None


def _told(sentence: str) -> typer.Exit:
    Console(stderr=True).print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(EXIT_CODE)


def _of_disk(error: OSError | SafetensorError | RuntimeError) -> str | None:
    """What is to be done about a disk, `None` where something else is wrong."""
    if isinstance(error, RuntimeError):  # of `torch.save`, which keeps neither cause nor path
        if re.search("inline_container.*(unexpected pos|PytorchStreamWriter)", str(error)):
            return (
                "A checkpoint could not be written to its end: most likely there is no space left "
                "on the disk; free some, and give the command again."
            )
        return None
    if isinstance(error, OSError):
        number, path = error.errno, f"{error.filename}: " if error.filename else ""
    else:  # of the system's error only the message is left
        found = re.search(r"\(os error (\d+)\)", str(error))
        number, path = int(found[1]) if found else None, ""
    if number in (errno.ENOSPC, errno.EDQUOT):
        return f"{path}there is no space left on the disk; free some, and give the command again."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{path}may not be read or written by you; change that, or name another folder with "
            "output=…."
        )
    return None


def main() -> None:
    """Run the command line; the process's exit code says how it went."""
    app()
