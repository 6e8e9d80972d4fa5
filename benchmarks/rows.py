"""What is measured, against whom, and the ratio that must not be passed."""

from typing import NamedTuple


class Peer(NamedTuple):
    """One of whom we are compared with.

    Attributes:
        label: Its name in tables.
        command: Which contender does which task, or the words after `cold.py`.
        bound: The highest ratio, our figure to theirs; None where it only tells something.
        per: How much more work its task is than ours.
        optional: Whether to go on without it if it fails, and to report the reason.
    """

    label: str
    command: tuple[str, str]
    bound: float | None
    per: float = 1
    optional: bool = False


class Row(NamedTuple):
    """One line of the table.

    Attributes:
        name: What to call it on the command line.
        title: What it measures.
        unit: `"ms"`, `"s"`, or `"MiB"`.
        ours: Our own command.
        peers: Whom to compare with.
        rounds: How often each contender runs, alternating.
        whole: Whether each run is a process of its own, start-up included.
        limit: The highest figure of ours itself, in the row's unit.
        quick: Whether `--quick` measures it even where it is not named.
    """

    name: str
    title: str
    unit: str
    ours: tuple[str, str]
    peers: tuple[Peer, ...]
    rounds: int = 15
    whole: bool = False
    limit: float | None = None
    quick: bool = True


def _compiled(task: str, module: str = "pytorch") -> Peer:
    """Return a peer that needs a C++ compiler, which not every machine has."""
    return Peer("PyTorch, torch.compile", (module, f"{task}_compiled"), None, optional=True)


def _training(task: str, tuned: float, by_numpy: float) -> tuple[Peer, ...]:
    return (
        Peer("PyTorch, tuned", ("pytorch", task), tuned),
        _compiled(task),
        Peer("NumPy, gradients by hand", ("by_numpy", task), by_numpy),
        Peer("JAX, a first try", ("naive_jax", task), None),
    )


def _resnet(batch_size: int) -> Row:
    """Return a row that must not be slower than PyTorch, in the faster of two layouts."""
    task = f"resnet_{batch_size}"
    return Row(
        f"resnet-{batch_size}",
        f"ResNet-18, five epochs of 256 digits in batches of {batch_size}",
        "s",
        ("ours", task),
        (
            Peer("PyTorch", ("pytorch_resnet", task), 1.0),
            Peer("PyTorch, channels last", ("pytorch_resnet", f"{task}_channels_last"), 1.0),
            _compiled(task, "pytorch_resnet"),
        ),
        rounds=7,
        quick=False,  # Compiling alone takes half a minute.
    )


ROWS = (
    Row(
        *("linear", "Linear model, one epoch", "ms", ("ours", "linear")),
        _training("linear", 0.50, 0.75),
    ),
    Row(
        *("network", "784-64-10 network, one epoch", "ms", ("ours", "network")),
        _training("network", 0.75, 0.90),
    ),
    Row(
        *("linear-articles", "Linear model, five epochs, measured after each", "ms"),
        ("ours", "linear_measured"),
        (Peer("PyTorch, the articles' loop", ("articles", "linear_measured"), 0.20),),
        rounds=7,
        quick=False,  # Their loop takes seconds a round.
    ),
    Row(
        *("network-articles", "784-64-10 network, five epochs, measured after each", "ms"),
        ("ours", "network_measured"),
        (Peer("PyTorch, the articles' loop", ("articles", "network_measured"), 0.38),),
        rounds=7,
        quick=False,
    ),
    Row(
        *("linear-32", "Linear model, one epoch in batches of 32", "ms", ("ours", "linear_32")),
        (Peer("PyTorch, tuned", ("pytorch", "linear_32"), 0.35), _compiled("linear_32")),
        rounds=9,
    ),
    Row(
        *("cold", "Process start to the first trained epoch", "s", ("ours", "1")),
        (Peer("PyTorch", ("pytorch", "1"), 1.0),),
        whole=True,
    ),
    Row(
        *("warm", "The same with a warm compilation cache", "s", ("cached", "1")),
        (Peer("PyTorch", ("pytorch", "1"), 0.75),),
        whole=True,
        quick=False,  # Ten starts, each of seconds.
    ),
    Row(
        *("sweep", "32 learning rates, an epoch of each", "s", ("ours", "sweep")),
        (
            Peer("PyTorch, 32 runs", ("pytorch", "sweep"), 0.14),
            Peer("PyTorch, torch.func.vmap", ("pytorch", "sweep_vmap"), None),
        ),
        rounds=5,
        quick=False,  # PyTorch's takes seven seconds a round.
    ),
    Row(
        *("rows", "600,000 rows, time per row", "ms", ("ours", "ten_times")),
        (Peer("60,000 rows", ("ours", "linear"), 1.2, per=0.1),),
        rounds=9,
        quick=False,  # So many rows take long to make.
    ),
    Row(
        *("memory", "Peak memory, five epochs of the linear model", "MiB", ("ours", "5")),
        (Peer("PyTorch", ("pytorch", "5"), 1.0),),
        rounds=3,
        whole=True,
        quick=False,  # Six more starts.
    ),
    Row(
        *("nearest", "Nearest mean of 10,000 digits, two distances", "ms", ("ours", "nearest")),
        (Peer("PyTorch, the articles' way", ("articles", "nearest"), 0.5),),
    ),
    Row(
        *("reading", "Reading prepared MNIST", "ms", ("ours", "reading")),
        (Peer("NumPy, Keras's .npz", ("by_numpy", "reading"), 3.0),),
        limit=600,
    ),
    Row(
        *("progress", "Ten epochs with a progress bar", "ms", ("ours", "with_progress")),
        (Peer("without", ("ours", "quiet"), 1.03),),
        rounds=41,
    ),
    _resnet(64),
    _resnet(128),
)
