"""One spelling of "compile this": numba, cached on disk, outside the interpreter's lock, with types kept for mypy.

Separate because every compiled function of the decode must be compiled alike, and because numba carries no types.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return the function compiled at its first call; the machine code is kept in the user's cache."""
    return cast(F, njit(cache=True, nogil=True)(function))
