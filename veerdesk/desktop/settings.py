"""What the program remembers about a person: theme, device, numbers, window, recent wells.

Separate because it is one small file that must survive a crash while it is written, and a bad one must not
keep the window from opening.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QStandardPaths

from veerdesk.desktop.curve_colours import PAIRS, PaletteChoice

ThemeChoice = Literal["system", "light", "dark", "contrast"]
DecimalChoice = Literal["system", "point", "comma"]
DeviceChoice = Literal["auto", "cpu", "cuda", "mps"]

MAX_RECENT = 12
_CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("system", "light", "dark", "contrast"),
    "palette": tuple(PAIRS),
    "decimal": ("system", "point", "comma"),
    "device": ("auto", "cpu", "cuda", "mps"),
}


@dataclass(frozen=True, slots=True)
class RecentWell:
    """A well that was open: its file, the name shown and when it was last open (seconds since 1970)."""

    path: str
    name: str
    opened: float


@dataclass(frozen=True, slots=True)
class Settings:
    """Every preference, with the values a first start has. ``window`` is x, y, width, height; None is default.

    ``hidden`` are the actions that would show again what is hidden beside the scan, ``sides`` the widths in px that the
    curves and the panel were dragged to; None is as usual.
    """

    theme: ThemeChoice = "system"
    palette: PaletteChoice = "orange-blue"
    decimal: DecimalChoice = "system"
    device: DeviceChoice = "auto"
    reviewer: str = ""
    window: tuple[int, int, int, int] | None = None
    is_maximised: bool = False
    hidden: tuple[str, ...] = ()
    sides: tuple[int, int] | None = None
    recent: tuple[RecentWell, ...] = ()
    shortcuts: dict[str, str] = field(default_factory=dict)

    def with_recent(self, path: Path, name: str, *, now: float | None = None) -> Settings:
        """Return the settings with a well at the head of the recent ones, once."""
        entry = RecentWell(str(path), name, time.time() if now is None else now)
        rest = tuple(r for r in self.recent if r.path != entry.path)
        return replace(self, recent=(entry, *rest)[:MAX_RECENT])

    def without_recent(self, path: str) -> Settings:
        """Return the settings with a well dropped from the recent ones."""
        return replace(self, recent=tuple(r for r in self.recent if r.path != path))


def config_folder() -> Path:
    """Return the folder of the settings: ``VEERDESK_CONFIG``, or the platform's folder for configuration."""
    stated = os.environ.get("VEERDESK_CONFIG")
    if stated:
        return Path(stated)
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(place) / "veerdesk"


def load_settings(folder: Path | None = None) -> Settings:
    """Return the settings on disk; whatever is missing, unreadable or unknown has its first-start value."""
    return _on_disk(folder) or Settings()


def keep_settings(mine: Settings, known: Settings, folder: Path | None = None) -> tuple[Settings, bool]:
    """Write what a window changed over what other windows have written since; return the whole, and whether it is on disk.

    Parameters
    ----------
    mine
        What the window has now.
    known
        What was on disk when it looked last: what ``mine`` has otherwise is the window's own change, all else is theirs.
    """
    fresh = _on_disk(folder)
    whole = mine if fresh is None else _merged(mine, known, fresh)
    return whole, save_settings(whole, folder)


def save_settings(settings: Settings, folder: Path | None = None) -> bool:
    """Write the settings beside the old ones and replace them; return False where the folder cannot be written.

    A preference that cannot be kept is no reason to interrupt anyone's work.
    """
    place = folder or config_folder()
    path, sibling = place / "settings.json", place / f".settings-{os.getpid()}.json"
    try:
        place.mkdir(parents=True, exist_ok=True)
        sibling.write_text(json.dumps(asdict(settings), indent=1), encoding="utf-8")
        os.replace(sibling, path)
    except OSError:
        with suppress(OSError):
            sibling.unlink(missing_ok=True)
        return False
    return True


def _merged(mine: Settings, known: Settings, fresh: Settings) -> Settings:
    names = [f.name for f in fields(Settings) if f.name != "recent"]
    changed = {n: getattr(mine, n) for n in names if getattr(mine, n) != getattr(known, n)}
    return replace(fresh, **changed, recent=_merged_recent(mine, known, fresh))


def _merged_recent(mine: Settings, known: Settings, fresh: Settings) -> tuple[RecentWell, ...]:
    """Return the wells on disk, less those that this window has dropped, and those it has opened; each as open last."""
    dropped = set(known.recent).difference(mine.recent)
    opened = [r for r in mine.recent if r not in known.recent]
    last: dict[str, RecentWell] = {}
    for well in (*opened, *(r for r in fresh.recent if r not in dropped)):
        if well.path not in last or well.opened > last[well.path].opened:
            last[well.path] = well
    return tuple(sorted(last.values(), key=lambda r: -r.opened)[:MAX_RECENT])


def _on_disk(folder: Path | None) -> Settings | None:
    """Return the settings on disk; None where there are none that can be read."""
    path = (folder or config_folder()) / "settings.json"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return _settings_from(raw) if isinstance(raw, dict) else None


def _settings_from(raw: dict[str, Any]) -> Settings:
    chosen = {k: raw[k] for k, allowed in _CHOICES.items() if raw.get(k) in allowed}
    window = raw.get("window")
    if isinstance(window, list) and len(window) == 4 and all(isinstance(v, int) for v in window):
        chosen["window"] = tuple(window)
    sides, hidden = raw.get("sides"), raw.get("hidden")
    if isinstance(sides, list) and len(sides) == 2 and all(isinstance(v, int) and v > 0 for v in sides):
        chosen["sides"] = tuple(sides)
    if isinstance(hidden, list):
        chosen["hidden"] = tuple(v for v in hidden if isinstance(v, str))
    recent = []
    for item in raw.get("recent") or []:
        if isinstance(item, dict) and isinstance(item.get("path"), str):
            opened = item.get("opened")
            recent.append(
                RecentWell(
                    item["path"], str(item.get("name") or ""), float(opened) if isinstance(opened, int | float) else 0.0
                )
            )
    if isinstance(raw.get("reviewer"), str):
        chosen["reviewer"] = raw["reviewer"]
    keys = raw.get("shortcuts")
    shortcuts = {str(k): str(v) for k, v in keys.items()} if isinstance(keys, dict) else {}
    return Settings(
        **chosen, is_maximised=raw.get("is_maximised") is True, recent=tuple(recent[:MAX_RECENT]), shortcuts=shortcuts
    )
