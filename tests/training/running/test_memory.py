"""Freed memory is used again: the second block of its size costs no page faults."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
from training.running.memory import keep_freed_memory

if sys.argv[1] == "kept":
    assert keep_freed_memory()

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

block = bytearray(64_000_000)
del block
before = faults()
block = bytearray(64_000_000)
block[::4096] = bytes(len(block[::4096]))
print(faults() - before)
"""


def faults(how: str) -> int:
    """Pages that the system had to give for a block as large as one freed just before."""
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, how], check=True, capture_output=True, text=True
    )
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has the switch")
def test_a_freed_block_is_used_again() -> None:
    pages = 64_000_000 // 4096
    assert faults("given back") >= pages
    assert faults("kept") < pages / 100
