"""The page Train: its own JavaScript, which Node runs in a process of its own."""

import subprocess
import tempfile
from pathlib import Path

from contenders.task import HIDDEN, LEARNING_RATE, Arrays, Task

_SCRIPT = Path(__file__).with_name("page.mjs")


def linear_64(arrays: Arrays) -> Task:
    """One epoch of the linear model in batches of 64."""
    return _training(arrays, "model=linear")


def network_64(arrays: Arrays) -> Task:
    """One epoch of the network with a hidden layer in batches of 64."""
    return _training(arrays, f"model=relu&units={HIDDEN}")


def _training(arrays: Arrays, model: str) -> Task:
    setting = f"{model}&rate={LEARNING_RATE}&batch=64"
    with tempfile.TemporaryDirectory() as folder:
        for part in "train", "test":
            getattr(arrays, f"x_{part}").tofile(f"{folder}/{part}_pixels")
            getattr(arrays, f"y_{part}").tofile(f"{folder}/{part}_labels")
        node = subprocess.Popen(
            ["node", _SCRIPT, folder, setting],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert node.stdin and node.stdout
        asks, answers = node.stdin, node.stdout
        # Node has then read the files.
        if answers.readline() != "ready\n":
            raise RuntimeError("Node.js cannot run the modules of docs/assets/train.")

    def run() -> None:
        print(file=asks, flush=True)
        if answers.readline() != "\n":
            raise RuntimeError("The page's training failed.")

    def accuracy() -> float:
        asks.close()
        reached = float(answers.readline())
        answers.close()
        node.wait()
        return reached

    return Task(run, accuracy)
