"""The reference pages, made from the tables that the platform obeys."""

from __future__ import annotations

from ecoquartier.access.permissions import DENY, PERMISSIONS
from ecoquartier.core import env
from ecoquartier.core.registry import SEAMS
from ecoquartier.notifications.domain import notices
from ecoquartier.workflow.engine import ACTS, Guard, Workflow

HEADER = "<!-- Page produite par «\u00a0make docs-generated\u00a0»\u00a0: ne pas la modifier à la main. -->\n\n"


def pages() -> dict[str, str]:
    """File name → Markdown text of each generated page."""
    return {
        "parcours.md": HEADER + _workflows(),
        "droits.md": HEADER + _permissions(),
        "coutures.md": HEADER + _seams(),
        "reglages.md": HEADER + _settings(),
    }


def _sentence(guard: Guard) -> str:
    return (guard.__doc__ or guard.__name__).strip().splitlines()[0]


def _workflows() -> str:
    parts = ["# Parcours\n\nChaque pas, qui peut le faire, ce qui peut l’empêcher, ce qu’il écrit au journal.\n"]
    for _name, workflow in sorted(Workflow.registry.items()):
        lines = [f"\n## {workflow.name}\n", "```mermaid", "stateDiagram-v2", f"    [*] --> {workflow.initial}"]
        for t in workflow.transitions.values():
            lines += [f"    {source} --> {t.target}: {t.label}" for source in t.sources]
        lines += ["```\n", "| pas | de | vers | droit | entrée | gardes |", "|---|---|---|---|---|---|"]
        for t in workflow.transitions.values():
            guards = "<br>".join(_sentence(guard) for guard in workflow.guards[t.name])
            right = f"`{t.permission}`" if t.permission else "conséquence"
            sources = ", ".join(str(workflow.states(s).label) for s in t.sources)
            target = workflow.states(t.target).label
            lines.append(f"| {t.label} | {sources} | {target} | {right} | `{t.event}` ({t.release}) | {guards} |")
        parts.append("\n".join(lines) + "\n")
    lines = ["\n## Actes sans changement d’état\n", "| entrée | droit | gardes |", "|---|---|---|"]
    for act in sorted(ACTS.values(), key=lambda act: act.event):
        guards = "<br>".join(_sentence(guard) for guard in act.guards)
        lines.append(f"| `{act.event}` ({act.release}) | `{act.permission}` | {guards} |")
    parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def _permissions() -> str:
    lines = [
        "# Droits\n",
        "Les droits s’ajoutent\u00a0; un refus l’emporte toujours. Chaque fait est défini dans `predicates.py`.\n",
        "| droit | accordé à qui |",
        "|---|---|",
        *(f"| `{name}` | {_readable(rule.name)} |" for name, rule in PERMISSIONS.items()),
        "\n## Refus\n",
        "| à qui | droits retirés |",
        "|---|---|",
        *(f"| {_readable(rule.name)} | {', '.join(f'`{p}`' for p in denied)} |" for rule, denied in DENY.items()),
    ]
    return "\n".join(lines) + "\n"


def _readable(name: str) -> str:
    if "&" not in name:
        name = name.replace("(", "").replace(")", "")
    return name.replace("|", "ou").replace("&", "et")


def _seams() -> str:
    lines = [
        "# Coutures\n",
        "Les seuls endroits où le code d’en bas atteint ce que savent les applications d’en haut.\n",
    ]
    for seam in SEAMS:
        lines += [f"## {seam.name}\n", f"{seam.purpose}\n", *(f"- `{key}`" for key, _entry in seam.items()), ""]
    lines += ["## messages\n", "Chaque message que la plateforme peut envoyer.\n"]
    lines += [f"- `{key}` ({notice.app})" for key, notice in notices.items()]
    return "\n".join(lines) + "\n"


def _settings() -> str:
    lines = [
        "# Réglages\n",
        "Variables d’environnement lues au démarrage.\n",
        "| variable | rôle | sans elle |",
        "|---|---|---|",
        *(
            f"| `{v.name}` | {v.help} | {v.default or '–'} |"
            for v in sorted(env.DECLARED.values(), key=lambda v: v.name)
        ),
    ]
    return "\n".join(lines) + "\n"
