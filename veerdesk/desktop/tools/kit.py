"""The tools by name.

Separate so that the canvas, the rail and the keys agree on what there is.
"""

from __future__ import annotations

from collections.abc import Callable

from veerdesk.desktop.canvas.tool import Tool, ToolDesk
from veerdesk.desktop.tools.anchor import AnchorTool
from veerdesk.desktop.tools.border import BorderTool
from veerdesk.desktop.tools.brush import BrushTool
from veerdesk.desktop.tools.lasso import LassoTool
from veerdesk.desktop.tools.livewire import LivewireTool
from veerdesk.desktop.tools.pan import PanTool
from veerdesk.desktop.tools.pick import PickTool
from veerdesk.desktop.tools.pin import PinTool
from veerdesk.labels.classes import EXCHANGED, NOT_SAID, PixelClass

TOOLS: dict[str, Callable[[ToolDesk], Tool]] = {
    "pan": PanTool,
    "brush": BrushTool,
    "eraser": lambda desk: BrushTool(desk, int(PixelClass.BACKGROUND)),
    "forget": lambda desk: BrushTool(desk, NOT_SAID),
    "pick": PickTool,
    "exchange_brush": lambda desk: BrushTool(desk, EXCHANGED),
    "lasso": LassoTool,
    "exchange_lasso": lambda desk: LassoTool(desk, EXCHANGED),
    "livewire": LivewireTool,
    "pin": PinTool,
    "border": BorderTool,
    "anchor": AnchorTool,
}


def make_tool(name: str, desk: ToolDesk) -> Tool:
    """Return a fresh tool. Raises ValueError where there is none of that name."""
    if name not in TOOLS:
        raise ValueError(f"there is no tool {name!r}")
    return TOOLS[name](desk)
