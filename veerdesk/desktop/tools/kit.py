"""The tools by name, each loaded when it is first taken in hand.

Separate so that the canvas, the rail and the keys agree on what there is, and so that a scan is shown before the
brush, the pins and what they need are loaded.
"""

from __future__ import annotations

from importlib import import_module

from veerdesk.desktop.canvas.tool import Tool, ToolDesk
from veerdesk.labels.classes import EXCHANGED, NOT_SAID, PixelClass

_HERE = "veerdesk.desktop.tools"
#: Name to module and class, and what the class is told beside its desk.
TOOLS: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "pan": ("pan", "PanTool", ()),
    "brush": ("brush", "BrushTool", ()),
    "eraser": ("brush", "BrushTool", (int(PixelClass.BACKGROUND),)),
    "forget": ("brush", "BrushTool", (NOT_SAID,)),
    "pick": ("pick", "PickTool", ()),
    "exchange_brush": ("brush", "BrushTool", (EXCHANGED,)),
    "lasso": ("lasso", "LassoTool", ()),
    "exchange_lasso": ("lasso", "LassoTool", (EXCHANGED,)),
    "fill": ("fill", "FillTool", ()),
    "livewire": ("livewire", "LivewireTool", ()),
    "pin": ("pin", "PinTool", ()),
    "border": ("border", "BorderTool", ()),
    "anchor": ("anchor", "AnchorTool", ()),
}


def make_tool(name: str, desk: ToolDesk) -> Tool:
    """Return a fresh tool. Raises ValueError where there is none of that name."""
    if name not in TOOLS:
        raise ValueError(f"there is no tool {name!r}")
    module, kind, told = TOOLS[name]
    tool: Tool = getattr(import_module(f"{_HERE}.{module}"), kind)(desk, *told)
    return tool


def load_tools() -> None:
    """Load every tool, so that none is waited for when a hand first takes it."""
    for module in {module for module, _, _ in TOOLS.values()}:
        import_module(f"{_HERE}.{module}")
