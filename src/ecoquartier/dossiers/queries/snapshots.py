"""What a deposit holds: the photograph of an operation, its fields, its files."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from ecoquartier.dossiers.domain import FILES, Snapshot
from ecoquartier.dossiers.models import Deposit
from ecoquartier.notebooks.queries import answers_in, gathered_for
from ecoquartier.operations.models import REGISTER_FIELDS, Operation
from ecoquartier.operations.queries import label_of, quoted_recommendations


def photograph(operation: Operation, sections: Collection[str] = ()) -> Snapshot:
    """What a deposit of this operation would hold now: register, notebook and files, as JSON values.

    Args:
        sections: those of the stage, which choose the files: a stage that asks for no photo takes none.
    """
    gathered = gathered_for(operation)
    values = {name: operation.as_json(name) for name in REGISTER_FIELDS}
    # Perimeters are never changed nor deleted: the deposit quotes the one in force by its hash.
    values["perimeter"] = gathered["perimeter"]
    commune = operation.lead_commune
    return {
        "operation": {**values, "commune": commune.name, "insee": commune.insee},
        "answers": {str(number): text for number, text in answers_in(gathered).items()},
        "recommendations": quoted_recommendations(operation) if gathered["is_advised"] else {},
        "charter": {
            str(s.organisation_id): s.signed_on and s.signed_on.isoformat()
            for s in operation.charter_signatures.all()
            if s.state == "confirmed"
        },
        "files": {kind: gathered["files"][kind] for kind, section in FILES.items() if section in sections},
    }


def removed_files(deposit: Deposit) -> frozenset[str]:
    """The files of a deposit that its operation does not show any more: taken away, or replaced."""
    gone = deposit.files.filter(file__photo=None, file__document=None)
    return frozenset(str(pk) for pk in gone.values_list("file", flat=True))


def register_labels() -> dict[str, str]:
    """French names of the facts of the register that a deposit holds."""
    named = {name: label_of(name) for name in REGISTER_FIELDS}
    labels = {**named, "perimeter": _("périmètre"), "commune": _("commune"), "insee": _("code INSEE")}
    return {name: label[:1].upper() + label[1:] for name, label in labels.items()}


def fields_of(deposit: Deposit, answers: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    """(path, French name) of the fields that a completion may open."""
    names = register_labels()
    held, asked = deposit.snapshot["operation"], deposit.dossier.stage.sections
    labels = [(f"operation.{name}", names[name]) for name in (*REGISTER_FIELDS, "perimeter") if name in held]
    labels += [(f"files.{kind}", file_labels()[kind]) for kind, section in FILES.items() if section in asked]
    labels += [
        (f"recommendations.{pk}", _("Réponse à la recommandation «\u00a0%(text)s\u00a0»") % {"text": quoted["text"]})
        for pk, quoted in deposit.snapshot.get("recommendations", {}).items()
    ]
    return labels + [
        (f"answers.{number}", _("Engagement %(n)s\u00a0: %(title)s") % {"n": number, "title": title})
        for number, title in answers
    ]


def file_labels() -> dict[str, str]:
    """French names of the kinds of files that a deposit holds."""
    return {"photos": _("Photos"), "documents": _("Plans et documents")}
