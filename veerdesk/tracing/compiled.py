"""One spelling of "compile this": numba, cached on disk, outside the interpreter's lock, with types kept for mypy.

Separate because every compiled function of the decode must be compiled alike, and because numba carries no types.

The cache is keyed by the digest of this package's sources. Numba itself looks only at the file of the function it is
asked for: after an update of another file the old machine code was taken, with the old costs and shapes compiled into
it, and wrote past the end of its arrays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from veerdesk.imaging.cache import person_cache_folder

F = TypeVar("F", bound=Callable[..., Any])

_DIGEST_DIGITS = 16


def compiled_folder() -> Path:
    """Return the folder that holds the machine code of exactly these sources, under the person's cache."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode() + source.read_bytes())
    return person_cache_folder() / "compiled" / digest.hexdigest()[:_DIGEST_DIGITS]


numba.config.CACHE_DIR = str(compiled_folder())


def compiled(function: F) -> F:
    """Return the function compiled at its first call; the machine code is kept in the person's cache."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))
