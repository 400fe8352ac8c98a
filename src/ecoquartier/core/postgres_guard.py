"""The guard of an embedded server (`python -m ecoquartier.core.postgres_guard HOME PARENT`) stops it when unused.

Whoever leaves last stops the server; only when that process was killed has the guard anything to do.
"""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    if os.fork():  # whoever starts us does not wait for our end
        os._exit(0)
    from ecoquartier.core import postgres

    # Where the server of root lives, for whoever started it.
    postgres.OPEN_PARENT = Path(sys.argv[2])
    postgres.EmbeddedServer(Path(sys.argv[1])).guard()
