"""What this machine can do at best, measured beside what is made of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

ROUNDS = 5


def best_s(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Shortest wall time of `work` in seconds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def memory_read_gb_s(size_bytes: int = 512_000_000) -> float:
    """Rate at which all cores together read memory that no cache holds."""
    cores = os.cpu_count() or 1
    parts = np.array_split(np.ones(size_bytes // 4, np.float32), cores)
    with ThreadPoolExecutor(cores) as pool:
        return size_bytes / 1e9 / best_s(lambda: list(pool.map(lambda x: np.dot(x, x), parts)))


def gemm_gflops(side: int = 2048) -> float:
    """Rate of a large float32 matrix product."""
    a, b = np.random.default_rng(0).random((2, side, side), np.float32)
    return 2 * side**3 / 1e9 / best_s(lambda: a @ b)
