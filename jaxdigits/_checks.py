"""The decorators that check and compile every public function that computes.

`@checked` compares shapes, types and containers with the annotations. `@compiled` does the same,
then checks values such as labels if they are known, and runs everything as one `jax.jit` program.
When the caller transforms the function, values are unknown, and wrong ones make float results nan.
"""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from textwrap import shorten
from typing import Any, ParamSpec, TypeVar, get_args, get_origin

import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np
from jax.core import Tracer
from jaxtyping import AbstractArray, Array, Integer, PRNGKeyArray, jaxtyped

from jaxdigits._numerics import nan_unless

P = ParamSpec("P")
R = TypeVar("R")
# Takes an argument's values and all arguments; returns a mask of the valid values, and a remedy for
# the others. It must work with NumPy arrays and, while JAX traces, with JAX arrays.
Rule = Callable[[Any, Mapping[str, Any]], tuple[Any, str]]


def compiled(
    static: str | Sequence[str] = (), **rules: Rule
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a decorator that checks shapes and known values, then runs one compiled program.

    `static` names the arguments to compile for, as in `jax.jit`; `rules` says for each argument
    which values are valid.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        def arguments_of(*args: P.args, **kwargs: P.kwargs) -> Mapping[str, Any]:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            return bound.arguments

        @functools.partial(jax.jit, static_argnames=static)
        @functools.wraps(function)
        def program(*args: P.args, **kwargs: P.kwargs) -> R:
            # The axes are already checked, so any broadcasting in here is intended.
            with jax.numpy_rank_promotion("allow"):
                result = function(*args, **kwargs)
                arguments = arguments_of(*args, **kwargs)
                for name, rule in rules.items():
                    valid, _ = rule(arguments[name], arguments)
                    result = jax.tree.map(functools.partial(nan_unless, valid), result)
            return result

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            arguments = arguments_of(*args, **kwargs)
            for name, rule in rules.items():
                check_values(name, arguments[name], rule, arguments)
            return program(*args, **kwargs)

        return checked(run if rules else program)

    return decorate


def checked(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` refuse arrays and containers that do not fit its annotations.

    Axes that share a name must share a size, over all arguments and the result: `(5,)` beside
    `(5, 1)` is an error and never broadcasts to `(5, 5)`. NumPy arrays become JAX arrays.
    """
    signature = inspect.signature(function)
    fitting: set[Any] = set()

    def compare(args: Any, kwargs: Any, *results: Any) -> None:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{function.__name__}: {error}.") from None
        wanted = [(name, given[name], signature.parameters[name].annotation) for name in given]
        wanted += [("the result", result, signature.return_annotation) for result in results]

        # `jaxtyped` opens the scope in which the sizes of named axes are remembered. It would add
        # several lines to an error that is raised inside, so we return the error instead.
        @functools.partial(jaxtyped, typechecker=None)
        @functools.wraps(function)
        def error_of(*args: Any, **kwargs: Any) -> TypeError | None:
            seen: list[str] = []
            try:
                for name, value, annotation in wanted:
                    _compare(function.__name__, name, value, annotation, seen)
            except TypeError as error:
                return error

        if error := error_of(*args, **kwargs):
            raise error

    @functools.wraps(function)
    def checked_function(*args: P.args, **kwargs: P.kwargs) -> R:
        leaves, structure = jax.tree.flatten((args, kwargs))
        if any(isinstance(leaf, np.ndarray) for leaf in leaves):
            # Otherwise a caller's `jax.jit` would trace them, and their values would be unknown.
            with jax.ensure_compile_time_eval():
                leaves = [jnp.asarray(x) if isinstance(x, np.ndarray) else x for x in leaves]
            args, kwargs = jax.tree.unflatten(structure, leaves)
        # Comparing takes longer than most programs, so we remember which shapes fitted.
        kinds = structure, tuple(map(_kind, leaves))
        if kinds in fitting:
            return function(*args, **kwargs)
        compare(args, kwargs)
        result = function(*args, **kwargs)
        compare(args, kwargs, result)
        fitting.add(kinds)
        return result

    return checked_function


def check_values(name: str, value: Any, rule: Rule, arguments: Mapping[str, Any]) -> None:
    """Raise `ValueError` if `rule` rejects a value that is known and held by this process."""
    if isinstance(value, Tracer):
        return
    whole = not isinstance(value, jax.Array) or value.is_fully_addressable
    for part in [value] if whole else [shard.data for shard in value.addressable_shards]:
        # In NumPy, because inside a caller's `jax.jit`, JAX would trace even known values.
        known = np.asarray(part)
        valid, remedy = rule(known, arguments)
        if not np.all(valid):
            holds = "holds" if known.ndim else "is"
            raise ValueError(f"{name} {holds} {known[~valid].flat[0]}, but {remedy}")


def class_labels(labels: Any, arguments: Mapping[str, Any]) -> tuple[Any, str]:
    """Allow 0 to `num_classes - 1`; without that argument, allow one class per column of logits."""
    classes = (
        arguments["num_classes"] if "num_classes" in arguments else arguments["logits"].shape[1]
    )
    return (labels >= 0) & (labels < classes), (
        f"{classes} classes are numbered 0 to {classes - 1}. Renumber the labels, or give the "
        "right number of classes."
    )


def zero_or_one(targets: Any, _: Mapping[str, Any]) -> tuple[Any, str]:
    """Allow exactly 0 and 1."""
    return (targets == 0) | (targets == 1), (
        "a target must be 0 or 1. Turn labels into targets with binary_targets(labels, positive)."
    )


def check_not_empty(**arrays: jax.Array) -> None:
    """Raise `ValueError` for an array with no entries: a mean over nothing is not a number."""
    for name, array in arrays.items():
        if array.size == 0:
            raise ValueError(f"{name} is empty: {describe(array)}. Pass at least one example.")


class _Bare(str):
    """Text that stands without quotation marks inside a container's `repr`."""

    __repr__ = str.__str__


def describe(value: Any) -> str:
    """Return one short line in which arrays appear as their type and shape: `float32[5, 1]`."""

    def name(leaf: Any) -> Any:
        is_array = hasattr(leaf, "dtype") and hasattr(leaf, "shape")
        return _Bare(f"{leaf.dtype}{list(leaf.shape)}") if is_array else leaf

    return shorten(repr(jax.tree.map(name, value)), 200, placeholder=" ...")


def _kind(leaf: Any) -> Any:
    """Return what a comparison depends on, which for numbers such as `num_classes` is the value."""
    if isinstance(leaf, int):
        return leaf
    return type(leaf), getattr(leaf, "shape", None), getattr(leaf, "dtype", None)


def _compare(function: str, path: str, value: Any, annotation: Any, seen: list[str]) -> None:
    """Raise `TypeError` if `value` is not what `annotation` promises; add its arrays to `seen`."""
    types: Any = get_args(annotation) or (annotation,)
    wanted = " or ".join(t.__name__ for t in types if hasattr(t, "__name__"))
    remedy = ""
    if any(isinstance(t, type) and issubclass(t, AbstractArray) for t in types):
        # Where Python takes a float it also takes an int, which under a transformation is an array.
        numbers: Any = (int, Integer[Array, ""]) if float in types else ()
        if isinstance(value, (*types, *numbers)):
            seen.append(f"{path} {describe(value)}")
            return
        wanted = "one key" if annotation == PRNGKeyArray else wanted.replace("jaxlib._jax.", "")
        remedy = _remedy(path, value, annotation)
    elif get_origin(annotation) is Sequence:
        if isinstance(value, Sequence) and not hasattr(value, "_fields"):
            return
        wanted, remedy = f"a sequence of {wanted}", f"Put it in a list: [{path}]."
    elif hasattr(annotation, "_fields"):
        if isinstance(value, annotation):
            for field, part in annotation.__annotations__.items():
                _compare(function, f"{path}.{field}", getattr(value, field), part, seen)
            return
        wanted, remedy = f"one {wanted}", f"If you have several, pass one, such as {path}[0]."
    else:
        return
    beside = f" beside {', '.join(seen)}" if seen else ""
    raise TypeError(f"{function}: {path} is {describe(value)}, expected {wanted}{beside}. {remedy}")


def _remedy(path: str, value: Any, annotation: Any) -> str:
    if annotation == PRNGKeyArray:
        return "Make a key with jax.random.key(0). If you have several keys, pass one."
    if hasattr(value, "_fields"):
        return f"Pass one of its fields: {', '.join(value._fields)}."
    array_type = (get_args(annotation) or (annotation,))[-1]
    wanted, axes = array_type.__name__.partition("[")[0], array_type.dim_str.split()
    dtype = {"Float": "float", "Real": "float", "Integer": "int", "UInt8": "'uint8'"}.get(wanted)
    if not isinstance(value, jax.Array):
        return f"Convert it with jax.numpy.asarray({path}{f', {dtype}' if dtype else ''})."
    if not any(name[0] in "*." for name in axes) and value.ndim != len(axes):
        remedy = (
            f"It needs {len(axes)} {'axis' if len(axes) == 1 else 'axes'}, [{', '.join(axes)}]."
        )
        if wanted == "Integer" and value.ndim == 2:
            remedy += " argmax(axis=1) turns logits or one-hot rows into labels."
        return remedy
    if value.shape[-2:] == (28, 28) and "height" not in axes:
        return "Pass flatten(images), or the inputs that to_examples makes."
    if isinstance(value, getattr(jaxtyping, wanted)[Array, "..."]):
        return "Reshape it: axes with the same name need the same size, and nothing is broadcast."
    if wanted == "UInt8":
        return "Convert whole numbers with .astype('uint8'); floats from 0 to 1 need no change."
    if wanted == "Float" and jnp.issubdtype(value.dtype, jnp.integer):
        to_bytes = "" if value.dtype == jnp.uint8 else ".astype('uint8') and "
        return f"Convert images with {to_bytes}to_float, other arrays with .astype(float)."
    return f"Convert it with .astype({dtype})."
