"""Recipes are read strictly, and every mistake is one sentence."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

import pytest
import yaml

from model.errors import ConfigError
from training.config import FILLED, Amount, NotNegative, Positive, Several, Share, load_recipe

RECIPES = Path(__file__).parents[2] / "training" / "recipes"
SHIPPED = {
    "breakdown.yaml": ("training.evaluation.breakdown", "BreakdownRecipe"),
    "face_encoder.yaml": ("training.encoders.face_encoder", "FaceEncoderRecipe"),
    "trunks.yaml": ("training.encoders.trunks", "TrunkRecipe"),
    "sft_cold_start.yaml": ("training.supervised.sft", "SftRecipe"),
    "sft_labels.yaml": ("training.supervised.sft", "SftRecipe"),
    "sft_keep_answers.yaml": ("training.supervised.sft", "SftRecipe"),
    "grpo_r1_omni.yaml": ("training.reinforcement.grpo", "GrpoRecipe"),
    "grpo_grounded.yaml": ("training.reinforcement.grpo", "GrpoRecipe"),
    "grpo_keep_answers.yaml": ("training.reinforcement.grpo", "GrpoRecipe"),
    "prepare.yaml": ("training.data.prepare", "PrepareRecipe"),
    "calibrate.yaml": ("training.shipping.calibration", "CalibrateRecipe"),
    "parity.yaml": ("training.evaluation.parity", "ParityRecipe"),
    "requantise.yaml": ("training.shipping.requantise", "RequantiseRecipe"),
    "restore.yaml": ("training.supervised.restore", "RestoreRecipe"),
    "settle.yaml": ("training.shipping.settle", "SettleRecipe"),
    "drafts.yaml": ("training.shipping.drafts", "DraftsRecipe"),
    "peaks.yaml": ("training.shipping.peaks", "PeaksRecipe"),
    "adjust.yaml": ("training.encoders.logit_adjustment", "AdjustRecipe"),
    "adapt.yaml": ("training.encoders.adapt", "AdaptRecipe"),
    "reopen.yaml": ("training.encoders.reopen", "ReopenRecipe"),
    "publish.yaml": ("training.shipping.publish", "PublishRecipe"),
    "faithfulness.yaml": ("training.evaluation.evaluate", "EvaluateRecipe"),
    "reproduce.yaml": ("training.evaluation.reproduce", "ReproduceRecipe"),
    "evaluate.yaml": ("training.evaluation.evaluate", "EvaluateRecipe"),
}
WANTED = {"publish.yaml": ["version=ours-1"]}


@dataclass(frozen=True)
class Recipe:
    output: str
    learning_rate: float = 1e-3
    epochs: int = 2
    think: bool = True
    levels: tuple[int, ...] = (1,)
    person: str | None = None
    quantization: Literal["none", "nf4"] = "none"
    batch_size: Positive = 1
    limit: NotNegative = 0
    folds: Several = 2
    weight: Amount = 0.0
    dropout: Share = 0.0
    crops: Annotated[tuple[Positive, ...], FILLED] = (1,)
    shown: tuple[Literal["face", "voice"], ...] = ("face",)
    sets: dict[str, Share] = dataclasses.field(default_factory=dict)


def load(tmp_path: Path, text: str, overrides: list[str] | None = None) -> Recipe:
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return load_recipe(Recipe, path, overrides)


@pytest.mark.parametrize("kind", sorted(set(SHIPPED.values())))
def test_every_key_is_in_a_recipe_or_told_in_the_docs(kind: tuple[str, str]) -> None:
    module, name = kind
    shipped = [path for path, made_of in SHIPPED.items() if made_of == kind]
    written = {key for path in shipped for key in yaml.safe_load((RECIPES / path).read_text())}
    told = (RECIPES.parents[1] / "docs" / "training.md").read_text(encoding="utf-8")
    told = told.partition("## Keys that no recipe writes")[2].partition("\n## ")[0]
    keys = {field.name for field in dataclasses.fields(getattr(import_module(module), name))}
    assert [key for key in sorted(keys - written - {"output"}) if f"`{key}`" not in told] == []


def test_values_defaults_and_overrides(tmp_path: Path) -> None:
    recipe = load(tmp_path, "output: runs\nepochs: 3\n", ["epochs=5", "levels=[2, 3]", "think=no"])
    assert recipe == Recipe("runs", epochs=5, levels=(2, 3), think=False)


@pytest.mark.parametrize("text", ["1e-4", "1.0e-4", "0.0001", '"1e-4"'])
def test_a_number_is_a_number_however_it_is_written(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, f"output: o\nlearning_rate: {text}").learning_rate == 1e-4


def test_a_home_folder_is_one_within_quotes_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    monkeypatch.setenv("USERPROFILE", "/home/ana")
    assert load(tmp_path, "output: ~/runs").output == "/home/ana/runs"
    assert load(tmp_path, "output: runs", ["person=~"]).person is None
    assert load(tmp_path, "output: runs~/x").output == "runs~/x"


def test_a_whole_number_will_do_for_a_real_one(tmp_path: Path) -> None:
    rate = load(tmp_path, "output: o\nlearning_rate: 1").learning_rate
    assert isinstance(rate, float)


def test_nothing_is_a_value_where_it_may_be(tmp_path: Path) -> None:
    assert load(tmp_path, "output: o\nperson: null").person is None
    assert load(tmp_path, "output: o\nperson: ana").person == "ana"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("output: o\nlearning_rat: 1", "unknown key `learning_rat`; did you mean `learning_rate`"),
        ("output: o\nzzz: 1", r"unknown key `zzz`\.$"),
        ("output: o\n7: 1", r"unknown key `7`\.$"),
        ("epochs: 3", "`output` is required; give it, as in output=…"),
        ("", "`output` is required"),
        ("output: o\nepochs: many", "`epochs` should be int, not 'many'"),
        ("output: o\nepochs: true", "`epochs` should be int, not True"),
        ("output: o\nepochs: 1.5", "`epochs` should be int"),
        ("output: o\nthink: 1", "`think` should be bool, not 1"),
        ("output: o\nquantization: int3", "`quantization` should be none or nf4, not 'int3'"),
        ("output: 3", r"""`output` should be text, which .* quotes \(`output='"3"'`\), not 3"""),
        ("output: [a]", r"`output` should be str, not \['a'\]"),
        ("output: o\nlearning_rate: fast", "`learning_rate` should be float"),
        ("output: o\nlevels: 3", r"`levels` should be a list \(`levels=\[3\]`\), not 3"),
        ("output: o\nshown: face", r"`shown` should be a list \(`shown=\[face\]`\), not 'face'"),
        ("output: o\nshown: [face, ear]", "`shown` should be face or voice, not 'ear'"),
        ("output: o\nsets: tess", r"`sets` should be names with .*\(`sets={name: value}`\)"),
        ("output: o\nsets: {tess: 2}", "`sets`: `tess` should be between 0 and 1, not 2"),
        ("output: o\nbatch_size: 0", "`batch_size` should be at least 1, not 0"),
        ("output: o\nbatch_size: x", "`batch_size` should be int, not 'x'"),
        ("output: o\nlimit: -1", "`limit` should be at least 0, not -1"),
        ("output: o\nfolds: 1", "`folds` should be at least 2, not 1"),
        ("output: o\nlimit: 2147483648", "`limit` should be at most 2147483647, not 2147483648"),
        ("output: o\nbatch_size: 9999999999", "`batch_size` should be at most 2147483647"),
        ("output: o\nweight: -0.5", "`weight` should be at least 0, not -0.5"),
        ("output: o\nweight: .nan", "`weight` should be at least 0, not nan"),
        ("output: o\ndropout: 1.5", "`dropout` should be between 0 and 1, not 1.5"),
        ("output: o\ncrops: []", r"`crops` should be at least one value, not \[\]"),
        ("output: o\ncrops: [2, 0]", "`crops` should be at least 1, not 0"),
        ("output: o\nlevels: [1, x]", "`levels` should be int, not 'x'"),
        ("output: o\nepochs: 3\nepochs: 30", "`epochs` is there twice; leave one out"),
        ("output: o\nsets: {tess: 1, tess: 0}", "`tess` is there twice"),
        ("output: o\nsets: {tess:1}", r"`tess:1` wants a blank behind its colon \(`tess: 1`\)"),
        ("- output", "a recipe is a list of `key: value` lines"),
        ("output: [", "cannot be read as a recipe"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        load(tmp_path, text)
    assert "recipe.yaml" in str(error.value)


def test_an_override_that_the_shell_has_cut_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"`sets={tess:`: .* within quotes \('sets=…'\)"):
        load(tmp_path, "output: o", ["sets={tess:", "0.5}"])


@pytest.mark.parametrize("override", ["epochs", "epochs=[1", "epoch=3", "epochs=x"])
def test_mistaken_overrides_are_named(tmp_path: Path, override: str) -> None:
    with pytest.raises(ConfigError, match="epoch"):
        load(tmp_path, "output: o", [override])


@pytest.mark.parametrize("where", ["taken", "taken/further/down"])
@pytest.mark.parametrize(("name", "key"), [("prepare", "output"), ("reproduce", "results")])
def test_a_file_is_no_folder_to_write_to(tmp_path: Path, name: str, key: str, where: str) -> None:
    (tmp_path / "taken").touch()
    module, kind = SHIPPED[f"{name}.yaml"]
    with pytest.raises(ConfigError, match=rf"taken: is a file; name a folder with {key}="):
        load_recipe(
            getattr(import_module(module), kind), RECIPES / f"{name}.yaml",
            [f"{key}={tmp_path / where}"],
        )  # fmt: skip


def test_a_folder_that_may_not_be_written_to_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(os, "access", lambda path, mode: asked.append(path))
    with pytest.raises(ConfigError, match=rf"{tmp_path}: may not be written to; .* output="):
        load(tmp_path, f"output: {tmp_path / 'a/b'}")
    assert asked == [tmp_path]


def test_a_recipe_that_is_not_there_or_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: cannot be read"):
        load_recipe(Recipe, tmp_path / "nowhere.yaml")
    (tmp_path / "picture.yaml").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(ConfigError, match=r"picture\.yaml: cannot be read"):
        load_recipe(Recipe, tmp_path / "picture.yaml")


@pytest.mark.parametrize("name", sorted(path.name for path in RECIPES.glob("*.yaml")))
def test_every_shipped_recipe_fits_its_command(name: str) -> None:
    module, kind = SHIPPED[name]
    wanted = WANTED.get(name, [])
    recipe = load_recipe(getattr(import_module(module), kind), RECIPES / name, wanted)
    assert dataclasses.is_dataclass(recipe)
    assert recipe == load_recipe(type(recipe), RECIPES / name, wanted)
    for override in wanted:  # what no recipe can know, its user has to say
        rest = [other for other in wanted if other != override]
        with pytest.raises(ConfigError, match=f"`{override.partition('=')[0]}` is required"):
            load_recipe(type(recipe), RECIPES / name, rest)


@pytest.mark.parametrize(
    ("name", "override", "message"),
    [
        ("publish.yaml", "version=unpublished", "`version` should be a name of .*not unpublished"),
        ("publish.yaml", "version=''", "`version` should be a name of letters"),
        ("publish.yaml", "version=our model", "`version` should be a name of letters"),
        ("publish.yaml", "version=0.12", r"`version` should be text, .*not 0\.12"),
        ("prepare.yaml", "limit=-1", "`limit` should be at least 0"),
        ("prepare.yaml", "levels=[]", "`levels` should be at least one value"),
        ("prepare.yaml", "levels=[1, 2, 3]", r"`levels` should be 0, 1, 2 .*, not \[1, 2, 3\]"),
        ("prepare.yaml", "levels=[0, 2, 1]", "`levels` should be 0, 1, 2 and so on without a gap"),
        ("prepare.yaml", "levels=[7]", "`levels` should be 0, 1, 2 and so on without a gap, 6 at"),
        ("prepare.yaml", "levels=[0, 1, 2, 3, 4, 5, 6, 7]", "`levels` should be .*, 6 at most"),
        ("face_encoder.yaml", "batch_size=0", "`batch_size` should be at least 1"),
        ("face_encoder.yaml", "crop_sizes=[]", "`crop_sizes` should be at least one value"),
        ("trunks.yaml", "folds=1", "`folds` should be at least 2"),
        ("sft_cold_start.yaml", "threads=0", "`threads` should be at least 1"),
        ("sft_cold_start.yaml", "protocol_weights=[1, 2]", "should be 3 numbers, not all 0"),
        ("sft_cold_start.yaml", "protocol_weights=[0, 0, 0]", "should be 3 numbers, not all 0"),
        ("grpo_grounded.yaml", "micro_batch=0", "`micro_batch` should be at least 1"),
        ("grpo_grounded.yaml", "generations=1", "`generations` should be at least 2"),
        ("grpo_grounded.yaml", "objectives={}", "`objectives` should be at least one value"),
        ("grpo_grounded.yaml", "objectives={form: .nan}", "`form` should be at least 0"),
        ("grpo_grounded.yaml", "objectives={form: .inf}", "`form` should be at least 0"),
        ("grpo_grounded.yaml", "objectives={form: -1}", "`form` should be at least 0"),
        ("grpo_grounded.yaml", "objectives={form: 0}", "at least one weight above 0"),
        ("grpo_grounded.yaml", "beta=0", "agreement asks the reference: it needs a beta above 0"),
        ("grpo_grounded.yaml", "entropy=.nan", "`entropy` should be at least 0"),
        ("grpo_grounded.yaml", "temperature=0", "`temperature` should be above 0"),
        ("grpo_grounded.yaml", "loss=gppo", "`loss` should be grpo or .* or vespo, not 'gppo'"),
        ("grpo_grounded.yaml", "scale=sum", "`scale` should be group or batch or none"),
        ("grpo_grounded.yaml", "level=word", "`level` should be token or sequence"),
        ("grpo_grounded.yaml", "aggregation=sum", "should be sum_then_normalize or normalize"),
        ("evaluate.yaml", "labels=foo", "`labels` should be dfew or fer2013 or .*, not 'foo'"),
        ("evaluate.yaml", "modality=foo", "`modality` should be both or face or voice, not 'foo'"),
        ("evaluate.yaml", "protocols=[foo]", "`protocols` should be none or neutral or running"),
        ("evaluate.yaml", "form=foo", "`form` should be direct or think, not 'foo'"),
        ("evaluate.yaml", "backend=foo", "`backend` should be bundle or torch, not 'foo'"),
        ("reproduce.yaml", "protocols=[foo]", "`protocols` should be none or neutral or running"),
        ("breakdown.yaml", "columns=sex", r"a list \(`columns=\[sex\]`\), not 'sex'"),
        ("drafts.yaml", "contexts=0", "`contexts` should be at least 1"),
        ("parity.yaml", "windows=0", "`windows` should be at least 1"),
        ("requantise.yaml", "calibration=0", "`calibration` should be at least 1"),
    ],
)
def test_numbers_and_words_that_cannot_work_are_refused(
    name: str, override: str, message: str
) -> None:
    module, kind = SHIPPED[name]
    with pytest.raises(ConfigError, match=message):
        load_recipe(getattr(import_module(module), kind), RECIPES / name, [override])


@pytest.mark.parametrize("name", ["agreement", "consistency"])
def test_an_objective_that_is_only_looked_at_asks_the_reference_too(name: str) -> None:
    from training.reinforcement.grpo import GrpoRecipe

    with pytest.raises(ConfigError, match=rf"^{name} asks the reference"):
        GrpoRecipe("s", "p", "o", {"form": 1.0, name: 0.0}, beta=0.0)


def test_the_shipped_shares_of_windows_add_up() -> None:
    from training.supervised.sft import SftRecipe

    recipe = load_recipe(SftRecipe, RECIPES / "sft_cold_start.yaml")
    assert recipe.congruent + recipe.face_only + recipe.voice_only == pytest.approx(1.0)
