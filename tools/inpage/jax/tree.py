"""Trees of arrays: tuples, lists, dictionaries and what else is registered."""

from jax.tree_util import (
    tree_all as all,
)
from jax.tree_util import (
    tree_flatten as flatten,
)
from jax.tree_util import (
    tree_flatten_with_path as flatten_with_path,
)
from jax.tree_util import (
    tree_leaves as leaves,
)
from jax.tree_util import (
    tree_leaves_with_path as leaves_with_path,
)
from jax.tree_util import (
    tree_map as map,
)
from jax.tree_util import (
    tree_map_with_path as map_with_path,
)
from jax.tree_util import (
    tree_reduce as reduce,
)
from jax.tree_util import (
    tree_structure as structure,
)
from jax.tree_util import (
    tree_unflatten as unflatten,
)
from not_here import named

__all__ = [
    "all",
    "flatten",
    "flatten_with_path",
    "leaves",
    "leaves_with_path",
    "map",
    "map_with_path",
    "reduce",
    "structure",
    "unflatten",
]

__getattr__ = named("jax.tree")
