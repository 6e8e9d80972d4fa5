"""What NumPy, JAX and Optax have beyond what the page has: a test compares it with them."""

# Each keyword, and after its colon the functions that take it.
KEYWORDS = """
UPLO: np.linalg.eigh jnp.linalg.eigh
accumulator_dtype: optax.trace optax.sgd
allow_int: jax.value_and_grad jax.grad jax.jacrev jax.jacobian
append: np.diff jnp.diff
approximate: jax.nn.gelu
assume_unique: np.isin
axis: np.linspace np.size jnp.flip jnp.roll jnp.repeat jnp.argmax jnp.argmin jnp.any jnp.all
jnp.count_nonzero jnp.nanargmin jnp.unique jnp.linspace jnp.size jax.nn.one_hot jax.lax.top_k
jax.random.choice optax.softmax_cross_entropy optax.softmax_cross_entropy_with_integer_labels
axis1: np.diagonal np.trace jnp.diagonal jnp.trace
axis2: np.diagonal np.trace jnp.diagonal jnp.trace
axis_name: jax.vmap
axis_size: jax.vmap
b: jax.nn.logsumexp jax.scipy.special.logsumexp
backend: jax.jit jax.devices jax.device_count jax.local_device_count
bucket_size: jax.ops.segment_sum
casting: np.concatenate np.stack np.vstack np.hstack
compiler_options: jax.jit
compute_uv: jnp.linalg.svd
copy: np.asarray np.reshape np.meshgrid np.nan_to_num jnp.asarray jnp.reshape jnp.nan_to_num
jnp.meshgrid
correction: np.var np.std jnp.var jnp.std
count: np.frombuffer
descending: jnp.sort
device: np.asarray np.zeros np.ones np.empty np.full np.zeros_like np.ones_like np.full_like
np.eye np.arange np.linspace jnp.asarray jnp.array jnp.zeros jnp.ones jnp.empty jnp.full
jnp.zeros_like jnp.ones_like jnp.full_like jnp.eye jnp.arange jnp.linspace jax.jit
donate: jax.device_put
donate_argnames: jax.jit
donate_argnums: jax.jit
dtype: np.var np.std np.concatenate np.stack np.vstack np.hstack np.cumsum np.trace np.indices
jnp.mean jnp.var jnp.std jnp.prod jnp.concatenate jnp.stack jnp.hstack jnp.vstack jnp.cumsum
jnp.trace jnp.argsort jnp.indices jax.random.key jax.random.wrap_key_data
edgeitems: np.array2string
eps_root: optax.scale_by_adam optax.adam optax.adamw
equal_nan: np.unique np.array_equal jnp.isclose jnp.allclose jnp.array_equal jnp.unique
fill_value: jnp.where jnp.take_along_axis jnp.take jnp.unique jnp.nonzero
flip_sign: optax.scale_by_learning_rate
floatmode: np.array2string
formatter: np.array2string
full_matrices: jnp.linalg.svd
has_aux: jax.jacrev jax.jacfwd jax.jacobian jax.hessian
hermitian: np.linalg.svd jnp.linalg.svd
holomorphic: jax.value_and_grad jax.grad jax.jacrev jax.jacfwd jax.jacobian jax.hessian
impl: jax.random.key jax.random.wrap_key_data
in_shardings: jax.jit
independent: jax.random.permutation
indices_are_sorted: jnp.take jax.ops.segment_sum
initial: jnp.sum jnp.max jnp.min jnp.prod
initializer: jax.tree.reduce
inline: jax.jit
invert: np.isin
is_leaf: jax.tree.all jax.tree.reduce
is_leaf_takes_path: jax.tree.flatten_with_path jax.tree.leaves_with_path jax.tree.map_with_path
keep_unused: jax.jit
keepdims: np.ptp np.average np.nanargmin np.count_nonzero jnp.percentile jnp.average jnp.argmax
jnp.argmin jnp.any jnp.all jnp.count_nonzero jnp.nanargmin
kind: np.sort np.isin jnp.sort jnp.argsort
left: np.interp jnp.interp
legacy: np.array2string
like: np.frombuffer np.array np.asarray np.zeros np.ones np.empty np.full np.eye np.arange
mask: optax.add_decayed_weights optax.adamw
max: np.clip
max_line_width: np.array2string
may_alias: jax.device_put
mean: np.var np.std jnp.var jnp.std
method: np.quantile np.percentile jnp.quantile jnp.percentile jnp.searchsorted
min: np.clip
mode: np.take np.linalg.qr jnp.take_along_axis jnp.take jnp.linalg.qr jax.random.bernoulli
jax.random.choice jax.ops.segment_sum
mu_dtype: optax.scale_by_adam optax.adam optax.adamw
ndmax: np.array
ndmin: jnp.array
nesterov: optax.scale_by_adam optax.adam optax.adamw
offset: np.frombuffer np.trace jnp.diagonal jnp.trace
optimize: np.einsum jnp.einsum
order: np.array np.asarray np.zeros np.ones np.empty np.full np.zeros_like np.ones_like
np.full_like np.eye np.reshape np.ravel np.unravel_index np.sort np.argsort np.copy jnp.asarray
jnp.array jnp.reshape jnp.ravel jnp.sort jnp.argsort jnp.copy
out: np.sum np.mean np.prod np.any np.all np.max np.min np.median np.var np.std np.ptp np.quantile
np.percentile np.argmax np.argmin np.nanargmin np.concatenate np.stack np.take np.clip np.round
np.around np.cumsum np.trace np.outer np.dot np.einsum jnp.negative jnp.add jnp.subtract
jnp.multiply jnp.maximum jnp.minimum jnp.logical_and jnp.logical_or jnp.logical_xor
jnp.bitwise_and jnp.bitwise_or jnp.bitwise_xor jnp.sum jnp.mean jnp.var jnp.std jnp.max jnp.min
jnp.prod jnp.outer jnp.einsum jnp.stack jnp.cumsum jnp.take jnp.trace jnp.median jnp.quantile
jnp.percentile jnp.logaddexp jnp.round jnp.argmax jnp.argmin jnp.any jnp.all jnp.nanargmin
out_sharding: jnp.asarray jnp.array jnp.reshape jnp.ravel jnp.broadcast_to jnp.matmul jnp.dot
jnp.einsum jnp.repeat jnp.percentile jnp.bincount jnp.zeros jnp.ones jnp.empty jnp.full
jnp.zeros_like jnp.ones_like jnp.full_like jnp.arange jax.random.bits jax.random.uniform
jax.random.normal jax.random.bernoulli jax.random.randint jax.random.permutation
jax.ops.segment_sum
out_shardings: jax.jit
overwrite_input: np.median np.quantile np.percentile jnp.median jnp.quantile jnp.percentile
p: jax.random.choice
period: np.interp jnp.interp
precision: jnp.matmul jnp.dot jnp.einsum
preferred_element_type: jnp.matmul jnp.dot jnp.einsum
prefix: np.array2string
prepend: np.diff jnp.diff
promote_integers: jnp.sum jnp.prod
reduce_axes: jax.value_and_grad jax.grad jax.vjp
retstep: np.linspace jnp.linspace
return_index: jnp.unique
return_inverse: jnp.unique
return_sign: jax.nn.logsumexp jax.scipy.special.logsumexp
returned: np.average jnp.average
reverse: jax.lax.cummax
right: np.interp jnp.interp
shape: np.zeros_like np.ones_like np.full_like jnp.zeros_like jnp.ones_like jnp.full_like
sign: np.array2string
size: jnp.where jnp.unique jnp.nonzero
sorted: np.unique jnp.unique
sorter: np.searchsorted jnp.searchsorted
sparse: np.meshgrid np.indices jnp.meshgrid jnp.indices
spmd_axis_name: jax.vmap
src: jax.device_put
stable: np.sort jnp.sort
subok: np.array np.zeros_like np.ones_like np.full_like np.broadcast_to np.copy
subset_by_index: jnp.linalg.svd
suffix: np.array2string
sum_match: jax.vmap
suppress_small: np.array2string
symmetrize_input: jnp.linalg.eigh
threshold: np.array2string
total_repeat_length: jnp.repeat
unique_indices: jnp.take jax.ops.segment_sum
unroll: jnp.polyval jax.lax.fori_loop
weights: np.quantile np.percentile jnp.quantile jnp.percentile
where: np.any np.all np.var np.std jnp.negative jnp.add jnp.subtract jnp.multiply jnp.maximum
jnp.minimum jnp.logical_and jnp.logical_or jnp.logical_xor jnp.bitwise_and jnp.bitwise_or
jnp.bitwise_xor jnp.var jnp.std jnp.max jnp.min jnp.prod jnp.logaddexp jnp.any jnp.all
jax.nn.logsumexp jax.nn.softmax jax.nn.log_softmax jax.scipy.special.logsumexp
optax.softmax_cross_entropy optax.softmax_cross_entropy_with_integer_labels
wrap: np.fill_diagonal
wrap_negative_indices: jnp.take_along_axis
"""

# Attributes and methods of arrays.
NUMPYS = """
argpartition base byteswap choose compress conj conjugate ctypes cumprod data device dump dumps
flags getfield imag mT partition put real resize searchsorted setfield setflags strides to_device
tofile view
"""
JAXS = """
addressable_data addressable_shards argpartition aval byteswap choose clone committed compress
conj conjugate copy_to_host_async cumprod delete device device_buffer device_buffers devices flat
format global_shards imag is_deleted is_fully_replicated is_ready on_device_size_in_bytes platform
ptp real searchsorted sharding to_device tobytes traceback unsafe_buffer_pointer view weak_type
"""
