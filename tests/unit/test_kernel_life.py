"""The kernel without its close."""

import gc
import threading
import time
from pathlib import Path

import pytest

from leftfold.kernel import Kernel, KernelError


def opened(data: Path) -> Kernel:
    kernel = Kernel(str(data), {})
    kernel.recover()
    while not kernel.recovery().finished:
        time.sleep(0)
    assert kernel.recovery().error is None
    return kernel


def threads_of(name: str) -> set[int]:
    """The threads of this process whose name begins so."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        try:
            if (task / "comm").read_text().startswith(name):
                found.add(int(task.name))
        except FileNotFoundError:  # it has just ended
            continue
    return found


def wait_until_only(before: set[int]) -> None:
    """Who joined a thread may still see it in the list of the system for a moment; the test's own time limit is the bound."""
    while not threads_of("leftfold-") <= before:
        time.sleep(0)


def test_a_kernel_that_nobody_has_any_more_ends_its_threads_and_frees_its_folder(tmp_path: Path) -> None:
    before = threads_of("leftfold-")
    kernel = opened(tmp_path)
    kernel.listen("PLAINTEXT", "127.0.0.1", 0)
    assert threads_of("leftfold-") > before
    with pytest.raises(KernelError) as taken:
        Kernel(str(tmp_path), {})
    assert taken.value.code == "folder_in_use"
    del taken, kernel
    gc.collect()
    wait_until_only(before)
    again = opened(tmp_path)
    again.close(1000)


def test_a_kernel_that_never_recovered_goes_as_well(tmp_path: Path) -> None:
    before = threads_of("leftfold-")
    kernel = Kernel(str(tmp_path), {})
    del kernel
    gc.collect()
    wait_until_only(before)
    opened(tmp_path).close(1000)


def test_it_may_be_closed_twice_and_on_another_thread(tmp_path: Path) -> None:
    kernel = opened(tmp_path)
    closing = threading.Thread(target=kernel.close, args=(1000,))
    closing.start()
    kernel.close(1000)
    closing.join()
    opened(tmp_path).close(1000)
