"""``python -m swgdata``: the command line."""

import sys

from swgdata.cli import main

if __name__ == "__main__":
    sys.exit(main())
