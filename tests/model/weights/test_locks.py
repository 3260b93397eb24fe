"""One at a time, whoever removes the lock file in between."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Thread

from model.weights.locks import one_at_a_time


def test_many_at_once_go_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "new" / "bundle.lock"
    within, most, waited = 0, 0, list[bool]()

    def enter() -> None:
        nonlocal within, most
        with one_at_a_time(path, lambda: waited.append(True)):
            within += 1
            most = max(most, within)
            time.sleep(0.02)
            within -= 1

    threads = [Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert 1 <= len(waited) < 8  # each is told once at most
    assert not path.exists()


def test_a_lock_that_a_killed_process_left_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "bundle.lock"
    path.touch()
    waited: list[bool] = []
    with one_at_a_time(path, lambda: waited.append(True)):
        pass
    assert not waited
