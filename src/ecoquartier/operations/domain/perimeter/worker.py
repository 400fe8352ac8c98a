"""The process in which files are opened: started for one question, limited by the system, then gone.
It knows neither Django nor the database. Whatever a file does to it (crash, loop, memory) ends with it.
"""

from __future__ import annotations

from typing import Any

from ecoquartier.core.confined import serve
from ecoquartier.operations.domain.perimeter import Refused, measures


def answer(question: dict[str, Any], data: bytes = b"") -> dict[str, Any]:
    """What is asked, as JSON values: `read` a file, place a `point`, or `compare` two perimeters.

    A refusal is an answer: its code in `refused`, the facts of its sentence, whether to ask for the projection.
    """
    tasks = {"read": measures.read, "point": measures.point, "compare": measures.compare}
    try:
        return tasks[question.pop("task")](**question)
    except Refused as refusal:
        return {"refused": refusal.code, "facts": refusal.facts, "asks_projection": refusal.asks_projection}
    except MemoryError:
        return {"refused": "too_heavy", "facts": {}, "asks_projection": False}


if __name__ == "__main__":
    serve(answer)
