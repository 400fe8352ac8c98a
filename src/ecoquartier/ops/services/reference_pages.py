"""The reference pages, made from the tables that the platform obeys."""

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from dataclasses import fields, is_dataclass
from textwrap import dedent
from typing import Any

from django.core.management import BaseCommand, get_commands, load_command_class

from ecoquartier.access.permissions import DENY, PERMISSIONS
from ecoquartier.core import env
from ecoquartier.core.registry import SEAMS, PersonalData, personal_data
from ecoquartier.journal.enums import Event
from ecoquartier.notifications.domain import notices
from ecoquartier.notifications.domain.wording import one_line
from ecoquartier.notifications.services.words import default_words
from ecoquartier.workflow.engine import ACTS, Act, Guard, Transition, Workflow

HEADER = "<!-- Page produite par «\u00a0make docs-generated\u00a0»\u00a0: ne pas la modifier à la main. -->\n\n"


def pages() -> dict[str, str]:
    """File name → Markdown text of each generated page."""
    return {
        "parcours.md": HEADER + _workflows(),
        "droits.md": HEADER + _permissions(),
        "coutures.md": HEADER + _seams(),
        "messages.md": HEADER + _messages(),
        "donnees.md": HEADER + _data(),
        "commandes.md": HEADER + _commands(),
        "reglages.md": HEADER + _settings(),
    }


def _sentence(guard: Guard) -> str:
    """The sentences by which a guard refuses, as people read them, with its name for who looks for it."""
    tree = ast.parse(dedent(inspect.getsource(guard)))
    said = [
        re.sub(r"%\(\w+\)s\.?", "…", str(call.args[0].value))
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"_", "ngettext"}
        if isinstance(call.args[0], ast.Constant)
    ]
    return " ".join([*said, f"(`{guard.__name__}`)"])


def _workflows() -> str:
    parts = ["# Parcours\n\nChaque pas, qui peut le faire, ce qui peut l’empêcher, ce qu’il écrit au journal.\n"]
    for _name, workflow in sorted(Workflow.registry.items()):
        lines = [f"\n## {workflow.name}\n", "```mermaid", "stateDiagram-v2", f"    [*] --> {workflow.initial}"]
        for t in workflow.transitions.values():
            lines += [f"    {source} --> {t.target}: {t.label}" for source in t.sources]
        lines += ["```\n", "| pas | de | vers | droit | entrée | ce qui peut l’empêcher |", "|---|---|---|---|---|---|"]
        for t in workflow.transitions.values():
            guards = "<br>".join(_sentence(guard) for guard in workflow.guards[t.name])
            right = f"`{t.permission}`" if t.permission else "conséquence"
            sources = ", ".join(str(workflow.states(s).label) for s in t.sources)
            target = workflow.states(t.target).label
            lines.append(f"| {t.label} | {sources} | {target} | {right} | `{t.event}` ({t.release}) | {guards} |")
        parts.append("\n".join(lines) + "\n")
    lines = ["\n## Actes sans changement d’état\n", "| entrée | droit | ce qui peut l’empêcher |", "|---|---|---|"]
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
        "Les seuls endroits où le code d’en bas atteint ce que savent les applications d’en haut. Une application s’y "
        "inscrit dans `ready()` de son `apps.py`\u00a0; `access`, la dernière, ferme les registres. Les registres sont "
        "dans `core/registry.py`. Les messages, déclarés dans `messages.py` de chaque application, ont "
        "[leur page](messages.md).\n",
    ]
    for seam in SEAMS:
        lines += [f"## {seam.name}\n", f"{seam.purpose}\n"]
        if seam is personal_data:
            lines += ["Ce que chacune déclare\u00a0: [données personnelles](donnees.md).\n"]
            continue
        rows = [f"| `{key}` | {_address(entry)} |" for key, entry in seam.items()]
        lines += ["| entrée | code |", "|---|---|", *rows, ""] if rows else ["Personne ne s’y inscrit.\n"]
    return "\n".join(lines).rstrip() + "\n"


def _address(entry: Any) -> str:
    """Where an entry is: its function, or the functions of a record of several."""
    if is_dataclass(entry):
        parts = [(field.name, getattr(entry, field.name)) for field in fields(entry)]
        return "<br>".join(f"{name}\u00a0: {_address(part)}" for name, part in parts if callable(part))
    return f"`{entry.__module__.removeprefix('ecoquartier.')}.{entry.__qualname__}`"


PLANNED = {
    "address_asked_to_person": "demande d’une nouvelle adresse électronique",
    "address_changed_to_person": "confirmation d’une nouvelle adresse électronique",
    "digest_to_person": "chaque matin, s’il y a quelque chose à dire",
    "letter_to_group": "envoi d’une lettre par le bureau",
    "outcome_notified_to_holder": "annonce des décisions d’une séance",
    "password_changed_to_person": "changement du mot de passe",
    "question_asked_to_addressee": "question posée par la page de contact",
    "reminder_to_person": "avant une échéance",
    "team_joined_to_holder": "invitation à l’équipe acceptée",
    "team_left_to_holder": "départ d’une personne de l’équipe",
    "team_removed_to_person": "retrait d’une personne de l’équipe",
    "reset_asked_to_person": "mot de passe oublié",
    "second_factor_changed_to_person": "changement d’un moyen de double vérification",
    "identity_changed_to_person": "connexion par un fournisseur d’identité ajoutée ou retirée",
    "supplement_published_to_author": "déclinaison locale publiée par quelqu’un d’autre",
    "supplement_returned_to_author": "déclinaison locale remise en préparation par quelqu’un d’autre",
    "supplement_withdrawn_to_author": "déclinaison locale retirée par quelqu’un d’autre",
}
"""Messages that no single act sends → when they leave."""


def _messages() -> str:
    sent = defaultdict(list)
    steps = [step for workflow in Workflow.registry.values() for step in workflow.transitions.values()]
    acts: list[Transition | Act] = [*steps, *ACTS.values()]
    for act in acts:
        for notice in act.notices:
            sent[notice.key].append(str(Event(act.event).label))
    lines = [
        "# Messages\n",
        "Chaque message que la plateforme peut envoyer. Ses mots sont dans "
        "`src/ecoquartier/<application>/templates/<application>/emails/`\u00a0; l’objet est montré avec les valeurs "
        "d’un exemple.\n",
        "| message | à qui | quand | famille | objet |",
        "|---|---|---|---|---|",
    ]
    for key, notice in sorted(notices.items()):
        told = notice.told
        when = "<br>".join(sorted(sent[key])) or PLANNED[key]
        subject = one_line(default_words(notice).subject, notice.sample)
        lines.append(f"| `{key}` | {told} | {when} | {notice.family.label} | {subject} |")
    return "\n".join(lines) + "\n"


def _data() -> str:
    lines = [
        "# Données personnelles\n",
        "Ce que chaque table garde d’une personne, jusqu’à quand, et ce que devient la ligne quand la personne demande "
        "l’effacement. Les déclarations sont dans `apps.py` de chaque application.\n",
        "| table | ce qu’elle garde | jusqu’à quand | remis à la personne | à l’effacement |",
        "|---|---|---|---|---|",
    ]
    for _key, entry in personal_data.items():
        given = ", ".join(f"`{name}`" for name in entry.fields) or "–"
        lines.append(f"| `{entry.model}` | {entry.holds} | {entry.retention} | {given} | {_erasure(entry)} |")
    return "\n".join(lines) + "\n"


def _erasure(entry: PersonalData) -> str:
    """What becomes of the row of the person, then of the names in the texts, then what keeps them and why."""
    if entry.deleted:
        said = ["la ligne est supprimée"]
    elif entry.erase:
        said = [f"par {_address(entry.erase)}"]
    elif entry.replaced:
        said = ["remplacé\u00a0: " + ", ".join(f"`{name}`" for name in entry.replaced)]
    else:
        said = ["la ligne reste, l’auteur devient anonyme"] if entry.person else []
    if entry.words:
        said.append("le nom et l’adresse sont remplacés dans " + ", ".join(f"`{name}`" for name in entry.words))
    when = " une fois la ligne figée" if entry.frozen else ""
    said += [f"`{name}` est conservé{when} ({reason})" for name, reason in entry.kept.items()]
    return "<br>".join(said)


def _commands() -> str:
    lines = ["# Commandes\n", "Chacune se lance par `.venv/bin/python manage.py`.\n"]
    for name, app in sorted(get_commands().items()):
        if not app.startswith("ecoquartier."):
            continue
        command = load_command_class(app, name)
        text, _mark, example = command.help.partition("Exemple\u00a0: ")
        lines += [f"## {name}\n", f"{text.strip()}\n", f"```sh\n{example.strip()}\n```\n"]
        theirs = next(kind for kind in type(command).__mro__ if kind.__module__.startswith("django."))
        options = _options(command).items() - _options(theirs()).items()
        lines += [*(f"- `{option}`\u00a0: {help}" for option, help in sorted(options)), ""] if options else []
    return "\n".join(lines).rstrip() + "\n"


def _options(command: BaseCommand) -> dict[str, str]:
    parser = command.create_parser("manage.py", "")
    return {
        action.option_strings[0] if action.option_strings else action.dest: action.help or ""
        for action in parser._actions
    }


def _settings() -> str:
    lines = [
        "# Réglages\n",
        "Variables d’environnement lues au démarrage. Pour développer seulement, `DEBUG=1` montre les pages d’erreur "
        "détaillées et recharge le code (`config/settings/dev.py`).\n",
        "| variable | rôle | sans elle |",
        "|---|---|---|",
        *(
            f"| `{v.name}` | {v.help} | {v.default or '–'} |"
            for v in sorted(env.DECLARED.values(), key=lambda v: v.name)
        ),
    ]
    return "\n".join(lines) + "\n"
