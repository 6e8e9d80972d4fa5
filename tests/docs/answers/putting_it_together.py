import jax
import jax.numpy as jnp
import numpy as np

import jaxdigits as jd

REACH = {"after twenty epochs ": 0.97, "highest on the way ": 0.9848}


def right(logits, targets):
    return (logits > 0) == (targets == 1)


def margins(logits, targets):
    return logits * (2 * targets - 1)


def steps(w, b, batches, rate, *, bias=1.0, loss=jd.mnist_loss):
    params = jd.Linear(jnp.asarray(w), jnp.asarray(b))
    for x, y in batches:
        grads = jax.grad(lambda p, x, y: loss(jd.linear(p, x), y))(params, x, y)
        params = jd.Linear(params.w - rate * grads.w, params.b - rate * bias * grads.b)
    return params.w, params.b


def by_formula(w, b, batches, rate):
    for x, y in batches:
        p = 1 / (1 + np.exp(-(x @ w + b)))
        slope = p * (1 - p) * np.where(y == 1, -1, 1) / len(x)
        w, b = w - rate * x.T @ slope, b - rate * slope.sum(axis=0)
    return w, b


def squared(logits, targets):
    return ((jax.nn.sigmoid(logits) - targets) ** 2).mean()


RIGHT = {
    "check_first_above": [
        lambda accuracies, baseline: next(
            (i for i, a in enumerate(accuracies) if a > baseline), None
        ),
        lambda accuracies, baseline: (
            int(np.argmax(np.array(accuracies) > baseline)) if max(accuracies) > baseline else None
        ),
    ],
    "check_flips": [
        lambda before, after, targets: [
            int(((after > 0) != (before > 0))[(after > 0) == (targets == 1)].sum()),
            int(((after > 0) != (before > 0))[(after > 0) != (targets == 1)].sum()),
        ],
        lambda before, after, targets: (
            np.sum(right(after, targets) > right(before, targets)),
            np.sum(right(after, targets) < right(before, targets)),
        ),
    ],
    "check_worst_mistakes": [
        lambda logits, targets, k: np.argsort(margins(logits, targets))[:k].tolist(),
        lambda logits, targets, k: jax.lax.top_k(-margins(logits, targets), k)[1],
        lambda logits, targets, k: sorted(
            range(len(logits)), key=lambda i: logits[i] if targets[i] == 1 else -logits[i]
        )[:k],
    ],
    "check_train_linear": [steps, by_formula],
}

WRONG = {
    "check_first_above": [
        lambda accuracies, baseline: next(i for i, a in enumerate(accuracies, 1) if a > baseline),
        lambda accuracies, baseline: next(i for i, a in enumerate(accuracies) if a >= baseline),
        lambda accuracies, baseline: next(a for a in accuracies if a > baseline),
        lambda accuracies, baseline: max(i for i, a in enumerate(accuracies) if a > baseline),
        lambda accuracies, baseline: int(np.argmax(accuracies)),
        lambda accuracies, baseline: int(np.argmax(np.array(accuracies) > baseline)),
        lambda accuracies, baseline: 2,
    ],
    "check_flips": [
        lambda before, after, targets: (
            (~right(before, targets)).sum(),
            (~right(after, targets)).sum(),
        ),
        lambda before, after, targets: ((before > 0) != (after > 0)).sum(),
        lambda before, after, targets: (
            ((before <= 0) & (after > 0)).sum(),
            ((before > 0) & (after <= 0)).sum(),
        ),
        lambda before, after, targets: (
            (right(before, targets) & ~right(after, targets)).sum(),
            (~right(before, targets) & right(after, targets)).sum(),
        ),
        lambda before, after, targets: (
            ~right(before, targets) & right(after, targets),
            right(before, targets) & ~right(after, targets),
        ),
        lambda before, after, targets: (3, 1),
    ],
    "check_worst_mistakes": [
        lambda logits, targets, k: np.argsort(margins(logits, targets))[:k][::-1],
        lambda logits, targets, k: np.argsort(-margins(logits, targets))[:k],
        lambda logits, targets, k: np.argsort(logits)[:k],
        lambda logits, targets, k: np.argsort(-abs(logits))[:k],
        lambda logits, targets, k: np.sort(margins(logits, targets))[:k],
        lambda logits, targets, k: np.flatnonzero(~right(logits, targets))[:k],
        lambda logits, targets, k: np.argsort(margins(logits, targets)),
    ],
    "check_train_linear": [
        lambda w, b, batches, rate: (w, b),
        lambda w, b, batches, rate: steps(w, b, batches, -rate),
        lambda w, b, batches, rate: steps(w, b, batches, rate, bias=0.0),
        lambda w, b, batches, rate: steps(w, b, batches[:1], rate),
        lambda w, b, batches, rate: steps(w, b, batches[::-1], rate),
        lambda w, b, batches, rate: steps(w, b, batches, rate, loss=squared),
        lambda w, b, batches, rate: steps(w, b, batches, rate)[0],
        lambda w, b, batches, rate: steps(w, b, batches, rate)[::-1],
    ],
}
