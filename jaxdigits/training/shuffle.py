"""A shuffle that costs next to nothing: where each number goes is computed, and nothing is sorted.

`jax.random.permutation` sorts random numbers, which takes as long as half an epoch of the linear
model. Swap-or-not (Hoang, Morris and Rogaway, "An Enciphering Scheme Based on a Card Shuffle",
2012) needs no sorting: in each round a random pivot makes pairs of cards, and a coin for each pair
says whether its two cards swap. Every round is a permutation, so all rounds together are one.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Integer, PRNGKeyArray, UInt32

# After r rounds, a card is in any place as likely as in any other, but for a part in 2^r.
ROUNDS = 32


def shuffled(
    key: PRNGKeyArray, positions: Integer[Array, "*shape"], n: int
) -> Integer[Array, "*shape"]:
    """Return what stands at these positions after the numbers 0 to n - 1 were shuffled.

    Each position is computed by itself, so that a part of an order costs only that part.

    Args:
        key: A random key; the same key gives the same order.
        positions: Places in the shuffled order, 0 to n - 1, of any shape.
        n: How many numbers are shuffled, at least 1 and less than 2^31.

    Returns:
        Numbers from 0 to n - 1, of the shape of `positions`: different ones for different places.
    """
    random, salts = jax.random.bits(key, (2, ROUNDS))
    pivots = random % n

    def swap_or_not(
        card: jax.Array, pivot_and_salt: tuple[jax.Array, jax.Array]
    ) -> tuple[jax.Array, None]:
        pivot, salt = pivot_and_salt
        # Two cards are a pair if they sum to the pivot, counting round from n - 1 to 0.
        partner = jnp.where(card <= pivot, pivot - card, pivot + n - card)
        # Both must see the same coin: it is that of the greater of them.
        coin = _mixed(jnp.maximum(card, partner) ^ salt) >> 31
        return jnp.where(coin == 1, partner, card), None

    cards, _ = jax.lax.scan(swap_or_not, positions.astype(jnp.uint32), (pivots, salts))
    return cards.astype(jnp.int32)


def _mixed(x: UInt32[Array, "*shape"]) -> UInt32[Array, "*shape"]:
    """Return numbers whose every bit depends on every bit of `x`, in no visible way.

    The constants are C. Wellons's, from a search for those that mix best ("Prospecting for hash
    functions", 2018).
    """
    x = (x ^ x >> 16) * jnp.uint32(0x21F0AAAD)
    x = (x ^ x >> 15) * jnp.uint32(0x735A2D97)
    return x ^ x >> 15
