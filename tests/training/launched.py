"""Within the processes that a test has launched.

R1_OMNI_STOP_AT=N in the environment interrupts a training behind N steps.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from types import ModuleType
from unittest import mock

from accelerate.state import PartialState
from accelerate.utils import DeepSpeedPlugin, DistributedType

from training.encoders.fold_windows import FoldTrunks
from training.running.processes import by_deepspeed, weights_are_shared_out


class _Interrupted(FoldTrunks):
    def on_step_begin(self, args, state, control, **kwargs):
        if str(state.global_step) == os.environ.get("R1_OMNI_STOP_AT"):
            sys.exit()
        super().on_step_begin(args, state, control, **kwargs)


@contextmanager
def as_launched(command: ModuleType) -> Iterator[None]:
    """`command`, `sft` or `grpo`, shares weights out if it is told to, and may be interrupted."""
    if weights_are_shared_out():
        _pass_for_gpus()
    with mock.patch.object(command, "FoldTrunks", _Interrupted), suppress(SystemExit):
        yield


def _pass_for_gpus() -> None:
    """Accelerate shares weights out among GPUs only; two processors do for it if they say so."""
    begin = PartialState.__init__

    def begun(self, cpu=False, **kwargs):
        begin(self, cpu=False, **kwargs)

    if by_deepspeed():
        _prepare_deepspeed()
    os.environ.pop("ACCELERATE_USE_CPU")
    os.environ["ACCELERATE_TORCH_DEVICE"] = "cpu"
    PartialState.__init__ = begun
    PartialState._prepare_backend = lambda *args: ("gloo", DistributedType.MULTI_GPU)


def _prepare_deepspeed() -> None:
    """It keeps tensors of less than 100,000 numbers whole, and the tests' have no others.

    Between processors it would compile a reduction of its own, for minutes, which training does not
    call.
    """
    # Not `from deepspeed.comm import torch`, which is torch itself.
    import_module("deepspeed.comm.torch").build_shm_op = lambda: None
    made = DeepSpeedPlugin.__post_init__

    def sharing_all(self):
        made(self)
        self.deepspeed_config["zero_optimization"]["stage3_param_persistence_threshold"] = 0

    DeepSpeedPlugin.__post_init__ = sharing_all
