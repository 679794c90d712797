"""``python -m pcishield``: the command line."""

from __future__ import annotations

from pcishield.cli import main

if __name__ == "__main__":
    main()
