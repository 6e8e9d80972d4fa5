"""What a page's NumPy, JAX and Optax are compared in with the real ones: the same program in both."""

NUMPY = """
a + b | a - 2 | 3 - a | a / b | a // 2 | a % 3 | a**2 | 2**b | -a | abs(-a) | a > b | a == a.T.T
a @ m | v @ a | a.T @ a | np.dot(v, v) | np.outer(v, v) | np.einsum("ij,ij->i", a, a) | a.T | a.shape
u + u | u * 2 | u - np.uint8(250) | u.astype(float) / 255 | u > 100 | u.sum() | u.mean() | u.max()
a[0] | a[-1, 1] | a[:, 1] | a[1:, ::2] | a[::-1] | a[a > 0] | a[[0, 2]] | a[[0, 1], [1, 2]] | a[None, :, 0]
a[..., 0] | a[np.array([True, False, True])] | a[:, [2, 0]] | i[i % 2 == 0] | i[2:5][::-1] | t[1, :, [0, 1]]
a.sum() | a.sum(axis=0) | a.sum(1, keepdims=True) | a.mean(axis=1) | a.std() | a.var(axis=0) | a.min(0)
a.max(axis=1, keepdims=True) | a.argmax() | a.argmin(axis=1) | t.sum(axis=(0, 2)) | t.mean((1, 2)) | a.prod(0)
np.median(a, axis=0) | np.quantile(a, 0.3) | np.percentile(v, 60) | np.cumsum(i) | np.diff(v) | np.ptp(v)
(a > 0).sum() | (a > 0).any(axis=0) | (a > 0).all() | np.count_nonzero(a > 0, axis=1) | (a > 0).mean()
np.sort(a, axis=0) | np.argsort(v) | np.argsort(-v) | np.unique(i % 3) | np.bincount(i % 4, minlength=6)
np.where(a > 0, a, 0) | np.clip(a, -0.5, 0.5) | np.maximum(a, 0) | np.nonzero(v > 0) | np.argwhere(a > 0)
np.concatenate([a, a], axis=1) | np.stack([v, v], 1) | np.vstack([v, v]) | np.hstack([v, v]) | np.append(v, 3)
np.split(i, 3) | np.array_split(i, 4) | np.tile(v, 2) | np.repeat(v, 2) | np.roll(a, 1, axis=1) | np.flip(a, 0)
np.pad(a, 1) | np.pad(v, (0, 2)) | np.eye(3) | np.diag(v) | np.diagonal(a) | np.trace(a) | np.triu(a) | np.tril(a)
np.zeros((2, 3)) | np.ones(3, int) | np.full((2, 2), 7) | np.arange(2, 9, 3) | np.arange(0, 1, 0.25)
np.linspace(0, 1, 5) | np.exp(v) | np.log(abs(v)) | np.sqrt(abs(v)) | np.tanh(v) | np.round(v, 2) | np.sign(v)
np.isclose(v, v + 1e-9) | np.allclose(a, a) | np.array_equal(a, a) | np.linalg.norm(v) | np.linalg.svd(a)[1]
np.unravel_index(5, (2, 3)) | np.interp(0.3, [0, 1], [2, 4]) | np.isin(i, [1, 3]) | np.searchsorted([1, 3, 5], 4)
np.random.default_rng(3).normal(size=4) | np.random.default_rng(3).integers(0, 9, 5)
np.random.default_rng(3).permutation(6) | np.random.default_rng(3).uniform(-1, 1, (2, 2))
np.random.default_rng(3).choice(5, 3) | np.array([1, 2.5]) | np.array([[1, 2], [3, 4]]) | np.array([True, False])
np.float32(0.1) | np.mean([1, 2, 4]) | np.int64(7) // 2 | np.sum([0.1] * 3) | np.asarray([a, a]).shape | len(a)
a.reshape(-1) | a.reshape(4, 3) | a.ravel().tolist() | a.astype(int) | a.flatten().argmax() | t.transpose(1, 0, 2)
f"{v.mean():.3f}" | str(a) | repr(v) | str(i) | str(u) | repr(np.arange(3.0)) | str(np.array([1e-5, 2.0]))
str(np.array([0.1, 2, 0.25], np.float32)) | str(np.arange(2000)) | repr(np.float64(0.5)) | str(a > 0) | str(t)
float(v[0]) | int(i[3]) | [x for x in i[:3]] | v[0] == v[0] | bool(v[0] < 5) | round(float(v[0]), 2)
np.abs(v) | np.absolute(a) | np.add(a, v[0]) | np.all(a > -9) | np.any(a > 1, axis=0) | np.arctanh(v / 9) | np.argmax(a, 1) | np.argmin(a) | np.around(v, 1)
np.array2string(v, precision=2) | np.atleast_1d(3.0) | np.average(a, axis=0, weights=[1, 2, 3]) | np.average(a) | np.bitwise_and(i, 3) | np.bitwise_or(i, 3)
np.bitwise_xor(i, 5) | np.broadcast_shapes((3, 1), (4,)) | np.broadcast_to(v, (2, 3)) | np.ceil(v) | np.copy(v) | np.cos(v) | np.cosh(v) | np.divide(a, v[0])
np.empty((2, 0)) | np.equal(i % 3, 0) | np.expand_dims(v, 0) | np.expm1(v) | np.flatnonzero(v > 0) | np.fliplr(a) | np.flipud(a) | np.floor(v) | np.floor_divide(i, 5)
np.frombuffer(bytes(range(4)), "uint8") | np.full_like(v, 2) | np.greater(v, 0) | np.greater_equal(i, 3) | np.indices((2, 2)) | np.invert(i) | np.isfinite(v)
np.isinf(v) | np.isnan(v) | np.issubdtype(v.dtype, np.floating) | np.left_shift(i, 2) | np.less(v, 0) | np.less_equal(i, 3) | np.log10(abs(v)) | np.log1p(abs(v))
np.log2(abs(v)) | np.logical_and(v > 0, v < 1) | np.logical_not(v > 0) | np.logical_or(v > 0, v < -1) | np.logical_xor(v > 0, v > 1) | np.matmul(a, m)
np.max(a, axis=1) | np.meshgrid(v, i[:2]) | np.min(a, axis=0) | np.minimum(v, 0) | np.mod(v, 0.5) | np.moveaxis(t, 0, 2) | np.multiply(a, a) | np.nan_to_num(np.array([1.0, np.nan, np.inf]))
np.nanargmin(v) | [g := np.eye(3), np.fill_diagonal(g, 7)][0] | np.ndim(a) | np.negative(v) | np.nextafter(v, 0) | np.not_equal(i % 3, 0) | np.ones_like(v) | np.power(b, 1.5) | np.prod(a, axis=1) | np.ravel(a)
np.remainder(v, -0.7) | np.reshape(a, (4, 3)) | np.resize(v, (2, 3)) | np.result_type(u, i) | np.right_shift(i, 1) | np.rint(v * 9) | np.select([v > 0, v < 0], [1, -1], 0)
np.shape(a) | np.sin(v) | np.sinh(v) | np.size(a) | np.square(v) | np.squeeze(a[:1]) | np.std(a, axis=0, ddof=1) | np.subtract(a, v[0]) | np.swapaxes(a, 0, 1)
np.take(a, [0, 2], axis=1) | np.take_along_axis(a, np.argsort(a, 1), 1) | np.tan(v) | np.transpose(t, (2, 0, 1)) | np.var(a, axis=1) | np.zeros_like(u)
np.abs(np.linalg.eigh(a[:, :3] + a[:, :3].T)[1]) | np.linalg.eigh(a[:, :3] + a[:, :3].T)[0] | abs(np.linalg.qr(a[:, :2])[1])
sum(v) | max(i) | sorted(v.tolist()) | np.add.outer(v, v) | np.maximum.accumulate(v) | np.c_[v, v] | np.r_[v, 1]
"""
JAX = """
jnp.asarray(a) + 1 | jnp.asarray(i) / 2 | jnp.asarray(u) * 2 | x @ x.T | x.mean(axis=0) | x[1] | x[10] | x[:, -1]
x.at[0].set(0) | x.at[1, 2].add(5) | x.at[:, 0].multiply(2) | jnp.where(x > 0, x, 0) | jnp.argmax(x, axis=1)
jnp.sort(x, axis=1) | jnp.argsort(x[0]) | jnp.concatenate([x, x]) | jnp.stack([x, x]).shape | jnp.arange(5)
jnp.zeros(3) | jnp.ones((2, 2), int) | jnp.linspace(0, 1, 4) | jnp.eye(2) | jnp.cumsum(x[0]) | jnp.median(x)
jnp.linalg.norm(x) | jnp.roll(x, 1, 0) | jnp.pad(x, 1) | jnp.clip(x, 0, 1) | jnp.max(x, axis=0) | x.std() | x.T
jax.nn.softmax(x) | jax.nn.log_softmax(x) | jax.nn.sigmoid(100 * x) | jax.nn.relu(x) | jax.nn.logsumexp(x, axis=1)
jax.nn.one_hot(jnp.array([0, 2]), 3) | jax.lax.top_k(x[0], 2)[0] | jax.ops.segment_sum(x[:, 0], jnp.array([0, 1, 0]))
jax.random.bits(k, (3,)) | jax.random.uniform(k, (2, 2)) | jax.random.normal(k, (5,)) | jax.random.randint(k, (4,), 0, 9)
jax.random.permutation(k, 7) | jax.random.key_data(jax.random.split(k, 3)) | jax.random.bernoulli(k, 0.4, (6,))
jax.random.key_data(jax.random.fold_in(k, 9)) | jax.random.normal(jax.random.split(k)[1], (2,))
jax.grad(lambda x: (x**2).sum())(x) | jax.grad(lambda x: jnp.sin(x).sum())(x) | jax.grad(lambda x: x.max())(x)
jax.grad(lambda x: jax.nn.log_softmax(x)[:, 0].sum())(x) | jax.grad(lambda x: jax.nn.sigmoid(x).mean())(100 * x)
jax.grad(lambda x: jnp.abs(x).sum())(x) | jax.grad(lambda x: jnp.sqrt(x**2 + 1).prod())(x[0])
jax.grad(lambda x: jnp.maximum(x, 0).sum())(jnp.array([-1.0, 0.0, 2.0])) | jax.grad(lambda x: x**2)(0.0)
jax.grad(lambda x: (x @ x.T).sum())(x) | jax.grad(lambda x: jnp.linalg.norm(x))(x) | jax.grad(lambda x: x.std())(x)
jax.grad(lambda x: jnp.where(x > 0, x**3, x).sum())(x) | jax.grad(lambda x: x[1:, ::2].sum() + x[0, 0])(x)
jax.grad(lambda x: jnp.concatenate([x, 2 * x]).var())(x) | jax.grad(lambda x: (x / (1 + x.sum())).mean())(x)
jax.grad(lambda x: jnp.tanh(x).cumsum(axis=1)[:, -1].sum())(x) | jax.grad(lambda x: jnp.exp(-(x**2)).sum())(x)
jax.grad(lambda x: x.at[0].set(1.0).sum() * x[0, 0])(x) | jax.grad(jax.grad(lambda x: x**3))(2.0)
jax.grad(lambda x: jnp.sort(x.ravel())[-2])(x) | jax.grad(lambda x: jnp.log1p(jnp.exp(x)).sum())(x)
jax.hessian(lambda v: (v**3).sum())(x[0]) | jax.jacrev(lambda v: v * v.sum())(x[0])
jax.value_and_grad(lambda w, b: (w * 2 + b) ** 2, argnums=(0, 1))(1.0, 0.5) | jax.vmap(lambda r: r @ r)(x)
jax.vmap(lambda r, s: r * s, in_axes=(0, None))(x, 2.0) | jax.jit(lambda x: x * 2)(x) | jax.vmap(jax.grad(jnp.sin))(x[0])
jax.lax.scan(lambda c, r: (c + r.sum(), c), 0.0, x) | jax.tree.map(lambda a: a + 1, {"b": 1, "a": (2, [3])})
jax.tree.leaves({"b": 1, "a": (2, None)}) | jax.tree.structure({"a": (1, 2)}) == jax.tree.structure({"a": (3, 4)})
repr(x[0]) | str(x) | repr(x.sum() > 0) | f"{x[0, 0]:.3f}" | x.dtype | x.shape | jnp.array([1, 2]).dtype | x.tolist()
steps(optax.sgd(0.1)) | steps(optax.sgd(0.1, momentum=0.9)) | steps(optax.adam(0.1)) | steps(jd.sgd(0.1))
steps(optax.sgd(optax.linear_schedule(1.0, 0.1, 4))) | steps(optax.chain(optax.trace(0.5), optax.scale(-0.1)))
jd.mnist_loss(x[:, :1], jnp.array([[1.0], [0.0], [1.0]])) | jd.cross_entropy_loss(x, jnp.array([0, 3, 1]))
jax.grad(jd.cross_entropy_loss)(x, jnp.array([0, 3, 1])) | jd.accuracy(x, jnp.array([0, 3, 1]))
jd.init_mlp(k, (4, 3, 2)) | jd.mlp(jd.init_mlp(k, (4, 3, 2)), x) | jd.l1_distance(jnp.asarray(t), jnp.asarray(t)[0]) | jd.epoch_batches(k, 10, 4)
jax.grad(jnp.abs)(0.0) | jax.grad(lambda r: jnp.abs(r - r[0]).mean())(x[0]) | jax.grad(lambda r: jd.l1_loss(r, r * 1.0))(x[0])
jnp.diff(x[0], 2) | jnp.diff(x, axis=0) | jnp.take(x[0], jnp.array([1, 10, -9])) | jnp.take(jnp.asarray(i), jnp.array([-1, 99]))
jnp.take(x, jnp.array([[0, 9]]), axis=1) | jnp.take_along_axis(x[0], jnp.array([0, 5]), 0) | jnp.average(x, axis=0, weights=jnp.abs(x))
jnp.average(x[:, :3], axis=0, weights=jnp.array([1.0, 2.0, 3.0])) | jax.grad(lambda r: jax.lax.cummax(r, 1).sum())(x)
jax.grad(lambda r: (jnp.meshgrid(r, r)[0] ** 2).sum())(x[0]) | fails(lambda: jax.grad(lambda w: float(w) * w)(3.0))
jax.grad(lambda w: int(w) * w)(3.0) | jax.grad(lambda r: r.prod())(jnp.array([0.0, 2.0, 3.0])) | jax.grad(lambda r: jnp.prod(r[:2]))(x[0])
jax.grad(lambda r: (r.at[0, 0].set(0.0).prod(axis=0) ** 2).sum())(x) | jax.hessian(lambda r: r.prod())(jnp.array([0.0, 2.0, 3.0]))
jax.grad(lambda r: jnp.interp(1.5, jnp.arange(4.0), r))(x[0]) | jnp.interp(jnp.array([-1.0, 0.3, 9.0]), jnp.arange(4.0), x[0])
fails(lambda: jax.jit(lambda r: jnp.unique(r))(x)) | fails(lambda: jnp.concatenate([1.0, 2.0])) | x[-9]
fails(lambda: jax.grad(lambda w: [w])(1.0)) | fails(lambda: optax.squared_error(x, 1.0)) | np.diff(v, 2) | np.hypot(v, 1) | np.polyval([1, 2, 3], 2.0)
x.at[9].set(1.0) | x.at[-9, 0].add(1.0) | x.at[:, jnp.array([0, 9, -1])].set(0.0) | x.at[jnp.array([0, 9]), 1:].multiply(2.0) | x.at[::-1, 7].add(1.0)
x.at[..., 9].set(0.0) | jax.grad(lambda r: r.at[jnp.array([0, 9, 1])].set(r[:3, :1] * 2)[0].sum())(x) | x.at[1, 1:3].min(0.0) | x.at[2].divide(2.0) | x.at[2].power(2)
np.errstate(all="ignore")(lambda: 3)()
x[:1].at[x[:1, 0] < 9].set(0.0) | x.at[x > 0].set(0.0)
jnp.all(x > -9) | jnp.allclose(x, x) | jnp.any(x > 1, axis=0) | jnp.argmin(x, axis=1) | jnp.array_equal(x, x) | jnp.bincount(jnp.array([0, 2, 2])) | jnp.bitwise_and(jnp.asarray(i), 3)
jnp.bitwise_or(jnp.asarray(i), 3) | jnp.bitwise_xor(jnp.asarray(i), 5) | jnp.broadcast_shapes((3, 1), (4,)) | jnp.count_nonzero(x > 0) | jnp.empty(0) | jnp.equal(jnp.asarray(i), 3) | jnp.full((2, 2), 3.0)
jnp.full_like(x, 2) | jnp.greater(x, 0) | jnp.greater_equal(x, 0) | jnp.indices((2, 3)) | jnp.invert(jnp.asarray(i)) | jnp.isclose(x, x + 1e-7) | jnp.isfinite(x) | jnp.isinf(x / 0) | jnp.isnan(x / 0)
jnp.issubdtype(x.dtype, jnp.floating) | jnp.left_shift(jnp.asarray(i), 2) | jnp.less(x, 0) | jnp.less_equal(x, 0) | jnp.logical_and(x > 0, x < 1) | jnp.logical_not(x > 0) | jnp.logical_or(x > 0, x < -1)
jnp.logical_xor(x > 0, x > 1) | jnp.nanargmin(x[0]) | jnp.ndim(x) | jnp.nextafter(x, 0.0) | jnp.nonzero(x[0] > 0)[0] | jnp.not_equal(jnp.asarray(i), 3) | jnp.ones_like(x) | jnp.zeros_like(x)
jnp.result_type(x, 1) | jnp.right_shift(jnp.asarray(i), 1) | jnp.searchsorted(jnp.array([1.0, 3.0, 5.0]), 4.0) | jnp.shape(x) | jnp.size(x) | jnp.unravel_index(7, (3, 4)) | jnp.unique(jnp.array([3, 1, 3]))
jnp.abs(jnp.linalg.eigh(x[:, :3] + x[:, :3].T)[1]) | jnp.linalg.eigh(x[:, :3] + x[:, :3].T)[0] | jnp.abs(jnp.linalg.qr(x[:, :2])[1]) | jnp.linalg.svd(x)[1]
jax.lax.optimization_barrier(x) | jax.random.key_data(jax.random.key(2**31)) | jax.random.key_data(jax.random.wrap_key_data(jax.random.key_data(k))) | jax.random.choice(k, 9, (4,))
jax.random.choice(k, 9, (4,), replace=False) | jax.random.randint(k, (5,), -3, 100000) | jax.random.permutation(k, x) | jax.random.uniform(k, (3,), minval=-2.0, maxval=5.0) | jax.random.permutation(k, 5000)[:5]
jax.vjp(lambda r: r * r, x[0])[1](jnp.ones(4))[0] | jax.eval_shape(lambda r: r @ r.T, x).shape | jax.jacfwd(lambda r: r**2)(x[0]) | jax.tree.reduce(lambda a, b: a + b, {"a": 1, "b": (2, 3)}) | jax.tree.all((True, False))
jax.tree.unflatten(jax.tree.structure((1, 2)), [3, 4]) | jax.tree.flatten({"b": 1, "a": (2, [3])})[0] | [jax.tree_util.keystr(path) for path, _ in jax.tree.leaves_with_path({"b": 1, "a": (2, [3])})]
jax.tree.map_with_path(lambda path, leaf: jax.tree_util.keystr(path) + str(leaf), {"b": 1, "a": (2, [3])}) | len(jax.tree.flatten_with_path({"b": 1, "a": (2, [3])})[0])
steps(optax.adamw(0.1)) | steps(optax.sgd(0.1, momentum=0.9, nesterov=True)) | steps(optax.chain(optax.add_decayed_weights(0.1), optax.sgd(0.1))) | steps(optax.sgd(optax.constant_schedule(0.1)))
steps(optax.chain(optax.identity(), optax.scale_by_adam(), optax.scale_by_learning_rate(0.1))) | steps(optax.scale_by_schedule(lambda count: -0.1 / (1 + count))) | steps(optax.with_extra_args_support(optax.sgd(0.1)))
optax.apply_updates({"w": x}, {"w": x}) | optax.linear_schedule(1.0, 0.1, 4)(2)
jnp.sum(jnp.full(100000, 0.1)) | jnp.mean(jnp.full(100000, 0.1)) | jnp.asarray(u) - 250 | jnp.asarray(u) + jnp.asarray(u) | -7 // jnp.int32(2) | jnp.int32(-7) % 3 | 2 ** jnp.asarray(i)
fails(lambda: jax.jit(lambda x: 1 if x > 0 else 2)(1.0)) | fails(lambda: x + jnp.ones(7))
fails(lambda: jax.grad(lambda x: x)(x)) | fails(lambda: jax.grad(lambda x: x * 2.0)(3)) | fails(lambda: jnp.sum([1, 2]))
fails(lambda: a @ np.ones(7)) | fails(lambda: a[5]) | fails(lambda: a + np.ones(7)) | fails(lambda: np.array([[1], [2, 3]]))
fails(lambda: jax.vmap(lambda r, s: r)(x, x.T)) | fails(lambda: jd.linear(x, x)) | fails(lambda: x.__setitem__(0, 1))
"""
BOTH = """
jnp.abs(r) | jnp.absolute(r) | jnp.add(r, r[0]) | jnp.append(r, 3.0) | jnp.arctanh(r / 4) | jnp.array([r[0, 0], 2.0]) | jnp.array_split(r[0], 3)[1] | jnp.asarray([r[0, 0], r[1, 1]]) | jnp.atleast_1d(r[0, 0])
jnp.average(r, axis=0) | jnp.average(r, axis=1, weights=r[0] ** 2) | jnp.bincount(jnp.array([0, 2, 2, 1]), weights=r[0], length=3) | jnp.broadcast_to(r[0], (5, 4)) | jnp.ceil(r) | jnp.clip(r, -0.5, 0.5) | jnp.concatenate([r, r**2], axis=1)
jnp.copy(r) | jnp.cos(r) | jnp.cosh(r) | jnp.cumsum(r, axis=1) | jnp.diag(r[0]) | jnp.diag(r[:, :3]) | jnp.diagonal(r) | jnp.diff(r, axis=1) ** 2 | jnp.divide(r[0], r) | jnp.dot(r, r[0]) | jnp.einsum("ij,kj->ik", r, r)
jnp.einsum("ij->j", r**2) | jnp.exp(r).mean(axis=0) | jnp.expand_dims(r, 1) ** 2 | jnp.expm1(r) | jnp.flip(r, 1)[:, 0] | jnp.fliplr(r)[:, 0] | jnp.flipud(r)[0] | jnp.floor(r) | jnp.floor_divide(r, 0.7) | jnp.full((2, 2), r[0, 0])
jnp.hstack([r, r]) * 2 | jnp.interp(r[0], jnp.arange(4.0), r[1]) | jnp.log(jnp.abs(r)) | jnp.log1p(jnp.abs(r)) | jnp.log2(jnp.abs(r)) | jnp.log10(jnp.abs(r)) | jnp.logaddexp(r, 0.3) | jnp.linalg.norm(r, axis=1)
jnp.linalg.norm(r, ord=1, axis=0) | jnp.linalg.norm(r @ r.T) | jnp.matmul(r, r.T) | jnp.max(r, axis=1) | jnp.maximum(r, r[0] + 0.1) | jnp.mean(r, axis=0) ** 2 | jnp.median(r, axis=0) | jnp.meshgrid(r[0], r[1])[1] ** 2
jnp.min(r, axis=0) | jnp.minimum(r, 0.1) | jnp.mod(r, 0.5) | r % 0.5 | jnp.remainder(1.0, r) | jnp.moveaxis(r, 0, 1)[1] | jnp.multiply(r, r[0]) | jnp.nan_to_num(r) | jnp.negative(r) | jnp.outer(r[0], r[1]) | jnp.pad(r, 1)[1:] * 2
jnp.percentile(r, 60, axis=0) | jnp.polyval(r[0], 2.0) | jnp.polyval(jnp.array([1.0, 2.0, 3.0]), r) | jnp.power(jnp.abs(r), 1.5) | jnp.power(jnp.abs(r), r) | 2.0**r | r**-2 | 1 / r | jnp.prod(r, axis=1) | jnp.quantile(r, 0.3) | jnp.ravel(r)[3]
jnp.repeat(r, 2, axis=1)[0] | jnp.reshape(r, (4, 3))[0] ** 2 | jnp.rint(r) | jnp.roll(r, 1, 0)[0] | jnp.round(r, 1) | jnp.select([r > 0, r < -1], [r**2, -r], 0.0) | jnp.sign(r) | jnp.sin(r) | jnp.sinh(r) | jnp.sort(r, axis=1) * jnp.arange(4)
jnp.split(r, 2, axis=1)[0] ** 2 | jnp.sqrt(jnp.abs(r)) | jnp.square(r) | jnp.squeeze(r[:1]) | jnp.stack([r, r**2]) | jnp.std(r, axis=1, ddof=1) | jnp.subtract(1.0, r) | jnp.sum(r, axis=0) ** 2 | jnp.swapaxes(r, 0, 1)[1]
jnp.take(r, jnp.array([0, 0]), axis=0) | jnp.take_along_axis(r, jnp.array([[1], [0], [3]]), 1) | jnp.tan(r / 4) | jnp.tanh(r) | jnp.tile(r, 2)[0] | jnp.trace(r) ** 2 | jnp.transpose(r)[0] | jnp.tril(r, -1) | jnp.triu(r)
jnp.var(r, axis=0) | jnp.vstack([r, r])[0] | jnp.where(r > 0, jnp.log(jnp.where(r > 0, r, 1.0)), 0.0) | r[jnp.array([0, 0]), 1] | r[r > 0] | r.at[0].add(r[1] ** 2) | r.at[0].multiply(2) | r.at[1, 2].set(r[0, 0]) | r.at[:, 0].max(0.0)
jax.nn.elu(r) | jax.nn.gelu(r) | jax.nn.leaky_relu(r) | jax.nn.log_sigmoid(r) | jax.nn.log_softmax(r)[:, 0] | jax.nn.logsumexp(r, axis=1) | jax.nn.relu(r) | jax.nn.sigmoid(r) | jax.nn.silu(r) | jax.nn.softmax(r) * jnp.arange(4) | jax.nn.softplus(r)
jax.lax.cummax(r, 1) | jax.lax.fori_loop(0, 3, lambda n, c: c * r[0] + n, r[1]) | jax.lax.map(lambda q: q @ q, r) | jax.lax.scan(lambda c, q: (c * q.sum(), c), 1.0, r)[0] | jax.lax.stop_gradient(r) * r | jax.lax.top_k(r, 2)[0] ** 2
jax.scipy.special.expit(r) | jax.scipy.special.logit(jax.nn.sigmoid(r)) | jax.scipy.special.logsumexp(r) | jax.scipy.special.xlogy(r, jnp.abs(r))
jax.ops.segment_sum(r, jnp.array([0, 1, 0])) ** 2 | jax.vmap(lambda q: q / q.sum())(r)[0] | jax.jit(lambda q: q**2)(r) | optax.sigmoid_binary_cross_entropy(r, jnp.ones((3, 4))) | optax.squared_error(r, x * 2)
optax.softmax_cross_entropy(r, jax.nn.one_hot(jnp.array([0, 3, 1]), 4)) | optax.softmax_cross_entropy_with_integer_labels(r, jnp.array([0, 3, 1])) | optax.apply_updates({"w": r}, {"w": r * 2})["w"]
jd.rmse_loss(r, x * 2) | jd.mse_loss(r, x * 2) | jd.l1_loss(r, x * 2) | jd.sigmoid_mse_loss(r, jnp.array([0, 3, 1])) | jd.softmax_mse_loss(r, jnp.array([0, 3, 1]))
"""
"""Of each of these the values are compared, and the gradient of their sum."""


def _parts(table: str) -> list[str]:
    return [
        case.strip() for line in table.splitlines() for case in line.split(" | ") if case.strip()
    ]


CASES = [
    *_parts(NUMPY + JAX),
    *(f"(lambda r: {part})(x)" for part in _parts(BOTH)),
    *(f"jax.grad(lambda r: ({part}).sum())(x)" for part in _parts(BOTH)),
]

PROGRAM = """
import json

import jax
import jax.numpy as jnp
import numpy as np
import optax
import jaxdigits as jd

random = np.random.default_rng(0)
a, v, t = random.normal(size=(3, 4)), random.normal(size=3), random.normal(size=(2, 3, 2))
b, m, i = random.uniform(1, 2, (3, 4)), random.normal(size=(4, 2)), np.arange(12)
u, x, k = random.integers(0, 256, (2, 3)).astype(np.uint8), jnp.asarray(a), jax.random.key(7)


def fails(function):
    try:
        function()
    except Exception as error:
        return type(error).__name__
    return "no error"


def steps(optimizer):
    params = {"w": jnp.array([1.0, -2.0])}
    state = optimizer.init(params)
    for _ in range(5):
        slopes = jax.grad(lambda p: (p["w"] ** 4).sum())(params)
        updates, state = optimizer.update(slopes, state, params)
        params = optax.apply_updates(params, updates)
    return params


def told(value):
    if isinstance(value, (list, tuple)):
        return [told(part) for part in value]
    if isinstance(value, dict):
        return {key: told(part) for key, part in value.items()}
    if hasattr(value, "dtype") and hasattr(value, "tolist"):
        return [str(value.dtype), list(value.shape), value.tolist()]
    return value if isinstance(value, (bool, int, float, str)) or value is None else str(value)


for case in CASES:
    try:
        result = told(eval(case))
    except Exception as error:
        result = f"raises {type(error).__name__}: {error}"
    print("said", json.dumps([case, result]))
"""
