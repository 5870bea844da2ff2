"""What a hand waits for and what is compiled: loaded on a thread of its own once a well's first rows are drawn.

Separate because loading takes half a second, and the first stroke of a day must not be the one that pays for it. Set-up
runs it once, so that nothing is left to be compiled.
"""

from __future__ import annotations

from importlib import import_module

from veerdesk.session.jobs import Job

_MODULES = ("veerdesk.labels.window_paint", "veerdesk.desktop.canvas.composed")


def load_compiled_tools() -> None:
    """Load every compiled function that a gesture or its frame calls; compiles them where that was never done."""
    for name in _MODULES:
        import_module(name)


def tools_job(name: str) -> Job[None]:
    """Return the job that loads them."""
    return Job(name, lambda cancel, progress: load_compiled_tools())


if __name__ == "__main__":
    load_compiled_tools()
