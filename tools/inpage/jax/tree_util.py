"""How trees of arrays are taken apart and put together again."""

import dataclasses
import functools
from typing import Any, NamedTuple

from not_here import named

_registered: dict[type, tuple] = {}


class DictKey(NamedTuple):
    key: Any

    def __str__(self):
        return f"[{self.key!r}]"


class SequenceKey(NamedTuple):
    idx: int

    def __str__(self):
        return f"[{self.idx}]"


class GetAttrKey(NamedTuple):
    name: str

    def __str__(self):
        return f".{self.name}"


def keystr(keys) -> str:
    """Return a path as Python would write it."""
    return "".join(map(str, keys))


class PyTreeDef:
    """What a tree is made of, without its leaves."""

    def __init__(self, kind, keys=(), children=(), aux=None):
        self.kind, self.keys, self.children, self.aux = kind, tuple(keys), tuple(children), aux

    @property
    def num_leaves(self):
        return 1 if self.kind is None else sum(child.num_leaves for child in self.children)

    def __eq__(self, other):
        return isinstance(other, PyTreeDef) and vars(self) == vars(other)

    def __hash__(self):
        return hash((self.kind, self.keys, self.children))

    def _text(self):
        return (
            "*"
            if self.kind is None
            else str(_build(self, [_Text(child._text()) for child in self.children]))
        )

    def __repr__(self):
        return f"PyTreeDef({self._text()})"

    def unflatten(self, leaves):
        return tree_unflatten(self, leaves)


class _Text(str):
    __repr__ = str.__str__


def _parts(x):
    """Return what a node is made of: its kind, keys, children and the rest; None for a leaf."""
    kind = type(x)
    if x is None:
        return kind, (), (), None
    if kind in _registered:
        children, aux = _registered[kind][0](x)
        children = tuple(children)
        return kind, tuple(map(SequenceKey, range(len(children)))), children, aux
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return kind, tuple(map(GetAttrKey, x._fields)), tuple(x), None
    if kind in (tuple, list):
        return kind, tuple(map(SequenceKey, range(len(x)))), tuple(x), None
    if isinstance(x, dict):
        keys = sorted(x)
        return kind, tuple(map(DictKey, keys)), tuple(x[k] for k in keys), None
    return None


def _build(structure, children):
    kind = structure.kind
    if kind is type(None):
        return None
    if kind in _registered:
        return _registered[kind][1](structure.aux, children)
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return kind(*children)
    if issubclass(kind, dict):
        return kind(zip((key.key for key in structure.keys), children, strict=True))
    return kind(children)


def tree_flatten_with_path(tree, is_leaf=None):
    """Return the leaves, each with the path to it, and the structure."""
    found: list = []

    def walk(x, path):
        parts = None if is_leaf and is_leaf(x) else _parts(x)
        if parts is None:
            found.append((path, x))
            return PyTreeDef(None)
        kind, keys, children, aux = parts
        inner = [walk(child, (*path, key)) for key, child in zip(keys, children, strict=True)]
        return PyTreeDef(kind, keys, inner, aux)

    structure = walk(tree, ())
    return found, structure


def tree_flatten(tree, is_leaf=None):
    """Return the leaves and the structure."""
    found, structure = tree_flatten_with_path(tree, is_leaf)
    return [leaf for _, leaf in found], structure


def tree_unflatten(structure, leaves):
    """Return a tree of this structure with these leaves."""
    leaves = list(leaves)
    if len(leaves) != structure.num_leaves:
        raise ValueError(
            f"Expected {structure.num_leaves} leaves for this structure, got {len(leaves)}"
        )
    rest = iter(leaves)

    def make(node):
        return next(rest) if node.kind is None else _build(node, [make(c) for c in node.children])

    return make(structure)


def tree_leaves(tree, is_leaf=None):
    """Return the leaves."""
    return tree_flatten(tree, is_leaf)[0]


def tree_leaves_with_path(tree, is_leaf=None):
    """Return the leaves, each with the path to it."""
    return tree_flatten_with_path(tree, is_leaf)[0]


def tree_structure(tree, is_leaf=None):
    """Return the structure."""
    return tree_flatten(tree, is_leaf)[1]


def tree_map(f, tree, *rest, is_leaf=None):
    """Return a tree with a function of each leaf, or of the leaves of several trees."""
    leaves, structure = tree_flatten(tree, is_leaf)
    others = []
    for other in rest:
        found, own = tree_flatten(other, is_leaf)
        if own != structure:
            raise ValueError(
                "Custom node type mismatch or different structures: expected "
                f"{structure}, got {own}."
            )
        others.append(found)
    return tree_unflatten(structure, map(f, leaves, *others))


def tree_map_with_path(f, tree, *rest, is_leaf=None):
    """Return a tree with a function of each path and its leaf."""
    found, structure = tree_flatten_with_path(tree, is_leaf)
    others = [tree_leaves(other) for other in rest]
    paths, leaves = [path for path, _ in found], [leaf for _, leaf in found]
    return tree_unflatten(structure, map(f, paths, leaves, *others))


def tree_reduce(function, tree, *initial):
    """Return what a function makes of all leaves, one after the other."""
    return functools.reduce(function, tree_leaves(tree), *initial)


def tree_all(tree):
    """Return whether all leaves are true."""
    return all(tree_leaves(tree))


def register_pytree_node(kind, flatten, unflatten):
    """Make a class a kind of tree."""
    _registered[kind] = flatten, unflatten


def register_pytree_node_class(kind):
    """Make a class a kind of tree that knows how to flatten itself."""
    register_pytree_node(kind, lambda x: x.tree_flatten(), kind.tree_unflatten)
    return kind


def register_dataclass(kind, data_fields=None, meta_fields=()):
    """Make a dataclass a kind of tree."""
    data = data_fields or [field.name for field in dataclasses.fields(kind)]

    def flatten(x):
        return [getattr(x, n) for n in data], tuple(getattr(x, n) for n in meta_fields)

    def unflatten(aux, children):
        return kind(**dict(zip(data, children)), **dict(zip(meta_fields, aux)))  # noqa: B905

    register_pytree_node(kind, flatten, unflatten)
    return kind


class Partial(functools.partial):
    """A function with some arguments given, which are leaves of a tree."""


register_pytree_node(
    Partial,
    lambda p: ((p.args, p.keywords), p.func),
    lambda func, children: Partial(func, *children[0], **children[1]),
)

__getattr__ = named("jax.tree_util")
