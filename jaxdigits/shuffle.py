"""Shuffle without sorting, by computing where each number goes.

`jax.random.permutation` gives each number a random value and sorts by it. On a CPU, sorting 60,000
values takes half as long as an epoch of the linear model. The shuffle below takes a thirtieth of
that time.

Think of a row of cards, numbered from 0 to n - 1. In each round we draw a random pivot, and pair
every card with the one for which both numbers add up to the pivot (counting on from 0 after n - 1).
For each pair we toss a coin, and if it shows heads, its two cards swap places. No card gets lost or
doubled, because cards only swap, and after 32 rounds nobody can tell where a card came from. Where
a card ends up depends only on the pivots and the coins, so all cards are computed in parallel.

The idea is from Hoang, Morris and Rogaway, "An Enciphering Scheme Based on a Card Shuffle" (2012).
"""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Integer, PRNGKeyArray

ROUNDS = 32  # The chance that a card was never moved is then one in 2^32.


def shuffled(key: PRNGKeyArray, places: Integer[Array, "*shape"], n: int) -> Array:
    """Return the cards at some places in a shuffled row of n cards; n must be below 2^31."""
    random, salts = jax.random.bits(key, (2, ROUNDS), jnp.uint32)
    pivots = random % jnp.uint32(n)

    def swap_or_not(card: jax.Array, pivot_and_salt: Any) -> tuple[jax.Array, None]:
        pivot, salt = pivot_and_salt
        partner = jnp.where(card <= pivot, pivot - card, pivot + jnp.uint32(n) - card)
        # Both cards of a pair must see the same coin, so we toss it for the higher of them.
        heads = _scrambled(jnp.maximum(card, partner) ^ salt) >> 31
        return jnp.where(heads == 1, partner, card), None

    cards, _ = jax.lax.scan(swap_or_not, places.astype(jnp.uint32), (pivots, salts))
    return cards.astype(jnp.int32)


def _scrambled(x: jax.Array) -> jax.Array:
    """Mix the bits of `x` so that each bit of the result depends on all of them, like a coin toss.

    The constants are from C. Wellons, who searched for those that mix best ("Prospecting for hash
    functions", 2018).
    """
    x = (x ^ x >> 16) * jnp.uint32(0x21F0AAAD)
    x = (x ^ x >> 15) * jnp.uint32(0x735A2D97)
    return x ^ x >> 15
