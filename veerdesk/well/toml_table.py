"""One TOML table with typed look-ups that name the file and the place when something is not as it should be.

Separate because the job file's sentences come from here and its meaning from `job.py`.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from veerdesk.errors import UnusableInputError

_MISSING = object()


@dataclass(slots=True)
class Table:
    """A table of a TOML file; remembers which keys were asked for. ``where`` is its place, such as ``[depth]``."""

    file: str
    where: str
    values: dict[str, object]
    _known: set[str] = field(default_factory=set)

    def trouble(self, message: str, remedy: str) -> UnusableInputError:
        """Return the error that names the file and this table."""
        return UnusableInputError(f"{self.file}, {self.where}: {message}.", remedy)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string; ``default`` None makes the key required."""
        value = self._take(key, default)
        if not isinstance(value, str):
            raise self._wrong(key, value, "a text in quotes")
        return value

    def choice(self, key: str, known: Sequence[str], default: str | None) -> str | None:
        """Return one of the known words, or the default where the key is absent."""
        if key not in self.values and default is None:
            self._known.add(key)
            return None
        value = self.text(key, default)
        if value not in known:
            raise self.trouble(f"{key} = {value!r} is not known", f"Use one of: {', '.join(known)}.")
        return value

    def number(self, key: str) -> float:
        """Return a required finite number."""
        return self._finite(key, self._take(key, None))

    def maybe_number(self, key: str) -> float | None:
        """Return a finite number, or None where the key is absent."""
        self._known.add(key)
        return self.number(key) if key in self.values else None

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a whole number, zero or above; ``default`` None makes the key required."""
        value = self._take(key, default)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(key, value, "a whole number, zero or above")
        return value

    def pairs(self, key: str, *, required: bool) -> tuple[tuple[float, float], ...]:
        """Return a list of two-number lists."""
        value = self._take(key, None if required else [])
        shape = f"a list of pairs, such as {key} = [[0.0, 178.0], [98000.0, 181.5]]"
        if not isinstance(value, list):
            raise self._wrong(key, value, shape)
        for item in value:
            if not isinstance(item, list) or len(item) != 2:
                raise self._wrong(key, item, shape)
        return tuple((self._finite(key, a), self._finite(key, b)) for a, b in value)

    def maybe_pair(self, key: str) -> tuple[float, float] | None:
        """Return a two-number list, or None where the key is absent."""
        if key not in self.values:
            self._known.add(key)
            return None
        value = self._take(key, None)
        if not isinstance(value, list) or len(value) != 2:
            raise self._wrong(key, value, "two numbers, such as [0.0, 150.0]")
        return self._finite(key, value[0]), self._finite(key, value[1])

    def table(self, key: str) -> Table:
        """Return a sub-table, empty where the key is absent."""
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, value, f"a table, [{key}]")
        return Table(self.file, f"[{key}]", value)

    def tables(self, key: str, where: str | None = None) -> tuple[Table, ...]:
        """Return the tables of an array of tables, ``[[key]]``, empty where the key is absent."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._wrong(key, value, f"one or more [[{key}]] tables")
        return tuple(Table(self.file, f"{where or f'[[{key}]]'} {n}", item) for n, item in enumerate(value, 1))

    def items(self) -> tuple[tuple[str, str], ...]:
        """Return every key of the table with its value as text, in the file's order."""
        return tuple((key, self._as_text(key, value)) for key, value in self.values.items())

    def refuse_unknown(self) -> None:
        """Raise where the table holds a key that nobody asked for: most often a slip of the pen."""
        for key in self.values:
            if key not in self._known:
                raise self.trouble(f"{key!r} is not known here", f"Keys that are: {', '.join(sorted(self._known))}.")

    def _take(self, key: str, default: object) -> object:
        self._known.add(key)
        value = self.values.get(key, _MISSING)
        if value is not _MISSING:
            return value
        if default is None:
            raise self.trouble(f"{key} is missing", f"Add {key} = … to {self.where}.")
        return default

    def _finite(self, key: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self._wrong(key, value, "a number")
        return float(value)

    def _as_text(self, key: str, value: object) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, datetime.date | datetime.time):
            return value.isoformat()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return repr(value)
        raise self._wrong(key, value, "a text in quotes")

    def _wrong(self, key: str, value: object, wanted: str) -> UnusableInputError:
        return self.trouble(f"{key} = {value!r} is not {wanted}", f"Write {key} as {wanted}.")
