"""What is done to the référentiel.

`files` reads and writes files, `versions` leads the life of a version, `elements` edits a draft, `mapping` its
correspondence with the version before, `supplements` what territories add.
"""

from ecoquartier.framework.services.files import load_shipped

__all__ = ["load_shipped"]
