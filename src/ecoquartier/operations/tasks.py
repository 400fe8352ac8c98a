"""Background work of the register."""

from uuid import UUID

from procrastinate.contrib.django import app

from ecoquartier.operations.services import imports


@app.task(name="operations.run_import", retry=3)
def run_import(import_id: str) -> None:
    """Import a file that the bureau has read and confirmed."""
    imports.run(UUID(import_id))
