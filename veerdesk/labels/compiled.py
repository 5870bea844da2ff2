"""One spelling of "compile this" for what a hand waits for: numba, cached on disk, for one set of types each.

Separate because it must be loaded late: the compiler takes 0.25 s to load, and neither the window nor a scan waits for it.
A function is ready when its module is loaded, whatever the layout of its arrays: no gesture meets a compiler. Its machine
code is taken from the cache as long as its own module is the same, which therefore calls no compiled function of another.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import types
from numba.core import caching

from veerdesk.imaging.cache import person_cache_folder

F = TypeVar("F", bound=Callable[..., Any])

#: A plane that is read, ``(h, w)`` uint8 of any layout; a mask that is read, bool; and planes that are written.
BYTES_IN = types.Array(types.uint8, 2, "A", readonly=True)
MASK_IN = types.Array(types.boolean, 2, "A", readonly=True)
BYTES_OUT = types.Array(types.uint8, 2, "A")
#: Bytes one after the other, that are written.
CODES = types.Array(types.uint8, 1, "C")
WHOLE, YES_OR_NO = types.int64, types.boolean


class _Place(caching.UserProvidedCacheLocator):  # type: ignore[misc] # numba carries no types
    """Where the machine code is kept: beside the decode's, which sets the one place that numba knows of for itself."""

    def __init__(self, function: Any, source: str) -> None:
        self._py_file, self._lineno = source, function.__code__.co_firstlineno
        folder = person_cache_folder() / "compiled" / "gestures"
        self._cache_path = str(folder / f"{Path(source).stem}-{numba.__version__}")

    @classmethod
    def from_function(cls, function: Any, source: str) -> Any:
        place = cls(function, source)
        place.ensure_cache_path()
        return place


class _Kept(caching.CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_Place,)


class _Cache(caching.FunctionCache):  # type: ignore[misc]
    _impl_class = _Kept


def compiled(signature: Any) -> Callable[[F], F]:
    """Return the decorator that compiles a function for one signature, or takes its machine code from the cache."""

    def with_signature(function: F) -> F:
        dispatcher = numba.njit(nogil=True)(function)
        with contextlib.suppress(OSError):  # a folder that cannot be written: compiled at every start, and as good
            dispatcher._cache = _Cache(function)
        dispatcher.compile(signature)
        dispatcher.disable_compile()
        return cast(F, dispatcher)

    return with_signature
