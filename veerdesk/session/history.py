"""Undo and redo, derived from nothing but the journal's rows.

Separate because a redo chain that survives a restart is one that was never kept anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable

from veerdesk.well.records import JournalRow


class History:
    """The journal's rows in order, and the two stacks that follow from them; grows only."""

    def __init__(self, rows: Iterable[JournalRow] = ()) -> None:
        self._rows: list[JournalRow] = []
        self._by_id: dict[int, JournalRow] = {}
        self._done: list[int] = []
        self._undone: list[int] = []
        for row in rows:
            self.append(row)

    @property
    def rows(self) -> tuple[JournalRow, ...]:
        """Every entry, oldest first: the reviewer's trail."""
        return tuple(self._rows)

    @property
    def next_id(self) -> int:
        """Number of the entry to come."""
        return self._rows[-1].id + 1 if self._rows else 1

    @property
    def to_undo(self) -> JournalRow | None:
        """The edit that undo would take back."""
        return self._by_id[self._done[-1]] if self._done else None

    @property
    def to_redo(self) -> JournalRow | None:
        """The edit that redo would make again."""
        return self._by_id[self._undone[-1]] if self._undone else None

    @property
    def done(self) -> tuple[int, ...]:
        """Numbers of the edits that hold, oldest first: made, and not taken back."""
        return tuple(self._done)

    def append(self, row: JournalRow) -> None:
        """Take a new entry into account.

        Raises
        ------
        ValueError
            The entry undoes or redoes another one than the next in turn.
        """
        if row.act == "undo":
            self._move(row, self._done, self._undone)
        elif row.act == "redo":
            self._move(row, self._undone, self._done)
        elif row.act == "do":
            self._done.append(row.id)
            self._undone.clear()
        self._rows.append(row)
        self._by_id[row.id] = row

    def _move(self, row: JournalRow, source: list[int], target: list[int]) -> None:
        if not source or source[-1] != row.target:
            raise ValueError(f"journal entry {row.id} would {row.act} entry {row.target}, which is not in turn")
        target.append(source.pop())
