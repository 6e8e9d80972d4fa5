"""JAX's errors, by JAX's names."""

from not_here import named

_WHERE = (
    "Inside jit, grad or vmap an argument stands for any value, so this line cannot know it. Use "
    "jnp functions in place of NumPy's, and jnp.where in place of if."
)


class JAXTypeError(TypeError):
    """An error of types that JAX raises."""


class ConcretizationTypeError(JAXTypeError):
    """A number of Python was asked of a traced value."""

    def __init__(self, tracer):
        super().__init__(
            f"Abstract tracer value encountered where concrete value is expected: "
            f"{tracer}. {_WHERE}"
        )


class TracerBoolConversionError(ConcretizationTypeError):
    """A traced value was asked whether it is true."""

    def __init__(self, tracer):
        JAXTypeError.__init__(
            self, f"Attempted boolean conversion of traced array {tracer}. {_WHERE}"
        )


class TracerArrayConversionError(JAXTypeError):
    """NumPy was given a traced value."""

    def __init__(self, tracer):
        super().__init__(
            "The numpy.ndarray conversion method __array__() was called on traced array "
            f"{tracer}. {_WHERE}"
        )


class TracerIntegerConversionError(JAXTypeError):
    """An index of Python was asked of a traced value."""

    def __init__(self, tracer):
        super().__init__(f"The __index__() method was called on traced array {tracer}. {_WHERE}")


class UnexpectedTracerError(JAXTypeError):
    """A traced value was used after its function had ended."""


class KeyReuseError(RuntimeError):
    """A random key was used twice."""


__getattr__ = named("jax.errors")
