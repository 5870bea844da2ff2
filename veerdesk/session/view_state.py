"""How the person last looked at a well: kept in the well, so that it reopens as it was left.

Separate because it is state without widgets, and display never touches data.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class ViewState:
    """Visible rows, zoom, tool and panels.

    ``top_row`` and ``left_col`` are the scan px at the canvas' upper left corner, ``scale`` screen px per scan px.
    ``extra`` holds what single panels wish to find again, by their own names.
    """

    scan: str = ""
    top_row: float = 0.0
    left_col: float = 0.0
    scale: float = 1.0
    tool: str = "brush"
    brush_radius: float = 5.0
    class_in_hand: int = 1
    opacity: float = 0.8
    is_contour: bool = False
    is_inverted: bool = False
    active_track: int | None = None
    step: str = "scan"
    extra: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the state as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> ViewState:
        """Return the state of a JSON text; what is unknown or of the wrong kind is left at its default."""
        try:
            values = json.loads(text)
        except ValueError:
            return cls()
        if not isinstance(values, dict):
            return cls()
        good = {f.name: values[f.name] for f in fields(cls) if f.name in values and _fits(f.name, values[f.name])}
        return cls(**good)


def _fits(name: str, value: object) -> bool:
    if name == "active_track":
        return value is None or isinstance(value, int)
    default = getattr(ViewState(), name)
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, type(default))
