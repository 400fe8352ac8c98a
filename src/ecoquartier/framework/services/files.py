"""Versions in and out of the platform, as YAML or ODS; out as PDF too."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError
from ecoquartier.core.text import long_date
from ecoquartier.framework.domain import contents
from ecoquartier.framework.domain.document import make_document
from ecoquartier.framework.domain.ods_file import from_ods, to_ods
from ecoquartier.framework.domain.yaml_file import from_yaml, to_yaml
from ecoquartier.framework.enums import VersionState
from ecoquartier.framework.models import (
    Commitment,
    Correspondence,
    Dimension,
    Framework,
    Indicator,
    Notion,
)
from ecoquartier.framework.queries import contents_of
from ecoquartier.framework.workflow import is_draft
from ecoquartier.workflow.engine import Effect, act, record, require

DATA = Path(__file__).parents[1] / "data"
MAX_BYTES = 5_000_000
KEPT = 8

# Everybody may ask for them and a published version never changes: each process makes them once.
_text = lru_cache(KEPT)(to_yaml)
_workbook = lru_cache(KEPT)(to_ods)
_document = lru_cache(KEPT)(make_document)


class Imported(NamedTuple):
    """A version, and whether the file changed anything."""

    framework: Framework
    has_changed: bool


def read_file(data: bytes, name: str) -> contents.Version:
    """The version in a file, by the end of its name.

    Raises:
        DomainError: neither YAML nor ODS, or not a version; one sentence names the place.
    """
    if len(data) > MAX_BYTES:
        raise DomainError(_("Ce fichier est trop gros pour un référentiel."), code="too_large")
    if name.lower().endswith((".yaml", ".yml")):
        return from_yaml(data)
    if name.lower().endswith(".ods"):
        return from_ods(data)
    raise DomainError(_("Le nom du fichier doit finir par .yaml ou .ods."), code="unknown_format")


def file_of(framework: Framework, name: str) -> bytes:
    """The file of a version, by the end of its name.

    Raises:
        DomainError: neither YAML, ODS nor PDF.
    """
    if name.lower().endswith((".yaml", ".yml")):
        return _text(contents_of(framework)).encode()
    if name.lower().endswith(".ods"):
        return _workbook(contents_of(framework))
    if name.lower().endswith(".pdf"):
        at = framework.published_at or clock.now()
        return _document(contents_of(framework), status=_status(framework), at=at)
    raise DomainError(_("Le nom du fichier doit finir par .yaml, .ods ou .pdf."), code="unknown_format")


def _status(framework: Framework) -> str:
    """Where the version is in its life, with the days."""
    if framework.published_at is None:
        return _("brouillon du %(day)s") % {"day": long_date(clock.today())}
    published = _("publiée le %(day)s") % {"day": long_date(localdate(framework.published_at))}
    if framework.retired_at is None:
        return published
    retired = _("retirée le %(day)s") % {"day": long_date(localdate(framework.retired_at))}
    return f"{published}, {retired}"


@transaction.atomic
def load_shipped() -> dict[str, int]:
    """Load every version shipped with the platform, as published; one already there is left as it is.

    Returns:
        Number of commitments by code of a version just loaded.
    """
    loaded = {}
    for path in sorted(DATA.glob("referentiel-*.yaml")):
        version = from_yaml(path.read_bytes())
        if not Framework.objects.filter(pk=version.code).exists():
            framework = create(version)
            framework.state, framework.published_at = VersionState.PUBLISHED, clock.now()
            framework.save(update_fields=["state", "published_at"])
            loaded[version.code] = len(version.commitments)
    return loaded


@transaction.atomic
def import_version(data: bytes, *, actor, name: str, replaces: bool = True) -> Imported:
    """Take a version from a file: a new draft, or the new contents of a draft; the same file twice changes nothing.

    Args:
        replaces: whether a draft of the same code may be lost.

    Raises:
        PermissionRefused: the person does not edit the référentiel.
        DomainError: the file is wrong (one sentence names the place), or says something else of a published version.
    """
    require(actor, "framework.edit")
    version = read_file(data, name)
    existing = Framework.objects.filter(pk=version.code).first()
    if existing is None:
        framework = create(version)
        record("framework.imported", framework, actor=actor, effect=Effect(data=counts(version)))
        return Imported(framework, True)
    if contents_of(existing) == version:
        return Imported(existing, False)
    if existing.state == VersionState.DRAFT and not replaces:
        raise DomainError(
            _(
                "Un brouillon %(code)s existe déjà, «\u00a0%(title)s\u00a0»\u00a0: cochez la case pour le remplacer, "
                "ou changez le code."
            )
            % {"code": existing.code, "title": existing.title},
            code="draft_exists",
        )
    return Imported(replace_contents(existing, actor=actor, version=version), True)


@act("framework.replaced", permission="framework.edit", guards=(is_draft,))
def replace_contents(framework: Framework, *, actor, version: contents.Version) -> Effect:
    """Make a draft say what a file says.

    Raises:
        TransitionRefused: the version is published: it never changes.
    """
    fields = _describe(framework, version)
    framework.save(update_fields=fields)
    Correspondence.objects.filter(framework=framework).delete()
    Indicator.objects.filter(framework=framework).delete()
    Commitment.objects.filter(framework=framework).delete()
    Dimension.objects.filter(framework=framework).delete()
    fill(framework, version)
    return Effect(data=counts(version))


def counts(version: contents.Version) -> dict[str, int]:
    """How much a version holds, for the journal."""
    return {
        "dimensions": len(version.dimensions),
        "commitments": len(version.commitments),
        "indicators": len(version.indicators),
    }


def create(version: contents.Version) -> Framework:
    """A draft with all that a version says; part of the act that makes it.

    Raises:
        DomainError: the version that it is based on does not exist.
    """
    framework = Framework(code=version.code)
    _describe(framework, version)
    framework.full_clean()
    framework.save(force_insert=True)
    fill(framework, version)
    return framework


def _describe(framework: Framework, version: contents.Version) -> list[str]:
    """Set what a version says of itself; returns the names of the fields."""
    if version.based_on and not Framework.objects.filter(pk=version.based_on).exists():
        raise DomainError(
            _("La version précédente «\u00a0%(code)s\u00a0» n’existe pas.") % {"code": version.based_on},
            code="unknown_version",
        )
    framework.title = version.title
    framework.answer_max_characters = version.answer_max_characters
    framework.challenges = [{"code": c.code, "title": c.title} for c in version.challenges]
    framework.based_on_id = version.based_on or None
    return ["title", "answer_max_characters", "challenges", "based_on"]


def fill(framework: Framework, version: contents.Version) -> None:
    """Write the parts of a draft that holds none yet; part of an act."""
    dimension_of = {}
    for rank, item in enumerate(version.dimensions, start=1):
        dimension = Dimension.objects.create(
            framework=framework, rank=rank, code=item.code, title=item.title, motto=item.motto
        )
        dimension_of.update(dict.fromkeys(item.commitments, dimension))
    commitments = Commitment.objects.bulk_create(
        Commitment(
            framework=framework,
            dimension=dimension_of[c.number],
            number=c.number,
            title=c.title,
            short=c.short,
            provenance=c.provenance,
            challenges=list(c.challenges),
            sdgs=list(c.sdgs),
        )
        for c in version.commitments
    )
    commitment_of = {commitment.number: commitment for commitment in commitments}
    Notion.objects.bulk_create(
        Notion(
            commitment=commitment_of[c.number],
            code=n.code,
            rank=rank,
            title=n.title,
            provenance=n.provenance,
            questions=list(n.questions),
        )
        for c in version.commitments
        for rank, n in enumerate(c.notions, start=1)
    )
    Indicator.objects.bulk_create(
        Indicator(
            framework=framework,
            commitment=commitment_of[i.commitment],
            code=i.code,
            rank=rank,
            title=i.title,
            unit=i.unit,
            kind=i.kind,
            direction=i.direction,
            challenges=list(i.challenges),
            provenance=i.provenance,
            method=i.method,
            formula=i.formula,
        )
        for rank, i in enumerate(version.indicators, start=1)
    )
    write_links(framework, version.mapping)


def write_links(framework: Framework, links: tuple[contents.Link, ...]) -> None:
    """Replace the whole correspondence of a draft; part of an act."""
    Correspondence.objects.filter(framework=framework).delete()
    Correspondence.objects.bulk_create(
        Correspondence(framework=framework, kind=link.kind, change=link.change, old_code=link.old, new_code=link.new)
        for link in links
    )


def renamed(version: contents.Version, *, code: str, title: str) -> contents.Version:
    """The same version under another code, without its correspondence."""
    return replace(version, code=code, title=title, based_on=version.code, mapping=())
