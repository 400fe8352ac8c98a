"""The guard of an embedded server: `python -m ecoquartier.core.postgres_guard HOME` stops it when nobody uses it.

Whoever leaves last stops the server; only when that process was killed has the guard anything to do.
"""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    if os.fork():  # whoever starts us does not wait for our end
        os._exit(0)
    from ecoquartier.core.postgres import EmbeddedServer

    EmbeddedServer(Path(sys.argv[1])).guard()
