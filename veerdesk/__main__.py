"""Choose the command line; each subcommand imports the window or the model only when it is asked."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code (CONTRACT, Commands)."""
    from veerdesk.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
