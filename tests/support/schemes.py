"""A scheme that nobody ever ran: five stages, three experts, its own scale. Data only, as in a shipped file."""

from typing import Any

ASKED = ["identity", "charter", "programme", "context", "answers"]


def invented_scheme() -> dict[str, Any]:
    """What its file would hold."""
    return {
        "code": "a-cinq",
        "title": "Label en cinq étapes",
        "commission": "commission de massif",
        "appreciations": [["dim", "obscur", "bad"], ["clear", "limpide", "ok"]],
        "stages": [
            {
                "rank": 1,
                "name": "idée",
                "moment": "avant les études",
                "promise": "Une idée est dite.",
                "sections": ["identity"],
                "experts": 0,
                "visit": False,
                "decision_path": "registration",
                "filing": "all_year",
                "publication": "at_once",
            },
            {
                "rank": 2,
                "name": "plan",
                "moment": "études achevées",
                "promise": "Un plan est fait.",
                "sections": ASKED,
                "commitments": [1, 3],
                "experts": 3,
                "decision_path": "regional_then_national",
            },
            *(
                {
                    "rank": rank,
                    "name": f"pas {rank}",
                    "moment": "un moment",
                    "promise": "Une promesse.",
                    "sections": [*ASKED, "delivery"],
                    "requires": rank - 1,
                    "years_after_delivery": rank - 3,
                    "experts": 3,
                    "decision_path": "regional_final_else_national",
                }
                for rank in (3, 4, 5)
            ),
        ],
    }
