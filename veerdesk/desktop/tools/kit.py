"""The tools by name.

Separate so that the canvas, the rail and the keys agree on what there is.
"""

from __future__ import annotations

from collections.abc import Callable

from veerdesk.desktop.tools.anchor import AnchorTool
from veerdesk.desktop.tools.border import BorderTool
from veerdesk.desktop.tools.brush import BrushTool
from veerdesk.desktop.tools.pan import PanTool
from veerdesk.desktop.tools.tool import Tool, ToolDesk
from veerdesk.labels.classes import NOT_SAID, PixelClass

TOOLS: dict[str, Callable[[ToolDesk], Tool]] = {
    "pan": PanTool,
    "brush": BrushTool,
    "eraser": lambda desk: BrushTool(desk, int(PixelClass.BACKGROUND)),
    "forget": lambda desk: BrushTool(desk, NOT_SAID),
    "border": BorderTool,
    "anchor": AnchorTool,
}
#: The tools whose stroke has a width.
PAINTING_TOOLS = ("brush", "eraser", "forget")


def make_tool(name: str, desk: ToolDesk) -> Tool:
    """Return a fresh tool."""
    return TOOLS[name](desk)
