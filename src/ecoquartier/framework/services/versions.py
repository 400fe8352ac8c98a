"""The life of a version: copied, described, published, retired, discarded while it is a draft."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError
from ecoquartier.framework.domain.mapping import propose
from ecoquartier.framework.domain.reading import Node, read_challenges, version_code_fault
from ecoquartier.framework.models import Framework
from ecoquartier.framework.queries import contents_of
from ecoquartier.framework.services.files import create, renamed, write_links
from ecoquartier.framework.workflow import VERSION_WORKFLOW, VersionStep, is_draft
from ecoquartier.workflow.engine import Effect, act

FIELDS = ("title", "answer_max_characters", "challenges", "based_on")


@act("framework.copied", permission="framework.edit")
def copy_version(source: Framework, *, actor, code: str, title: str) -> Effect:
    """Begin a version from another one; its correspondence says that everything is the same.

    Raises:
        DomainError: the code is taken, or is not one.
    """
    if fault := version_code_fault(code):
        raise DomainError(f"{fault[0].upper()}{fault[1:]}.", code="bad_code")
    if Framework.objects.filter(pk=code).exists():
        raise DomainError(_("Une version porte déjà le code %(code)s.") % {"code": code}, code="code_taken")
    before = contents_of(source)
    after = renamed(before, code=code, title=title)
    copy = create(after)
    write_links(copy, propose(before, after))
    return Effect(result=copy, data={"source": source.code})


@act("framework.described", permission="framework.edit", guards=(is_draft,))
def describe_version(framework: Framework, *, actor, **values: Any) -> Effect:
    """Change what a draft says of itself, among `FIELDS`; another version before it begins the correspondence again.

    Raises:
        ContentError: a challenge has no code, no name, or the code of another.
        ValidationError: a value is out of bounds.
        ValueError: a field is not editable.
    """
    if unknown := set(values) - set(FIELDS):
        raise ValueError(f"Not editable: {sorted(unknown)}")
    changed = [name for name, value in values.items() if getattr(framework, name) != value]
    for name in changed:
        setattr(framework, name, values[name])
    read_challenges(Node(framework.challenges))
    framework.full_clean()
    if "based_on" in changed:
        before = framework.based_on
        write_links(framework, propose(contents_of(before), contents_of(framework)) if before else ())
    return Effect(fields=changed, data={"fields": changed})


@VERSION_WORKFLOW.performs(VersionStep.PUBLISH)
def publish(framework: Framework, *, actor) -> Effect:
    """Publish a version: campaigns may take it, and it never changes again."""
    framework.published_at = clock.now()
    return Effect(fields=["published_at"])


@VERSION_WORKFLOW.performs(VersionStep.RETIRE)
def retire(framework: Framework, *, actor) -> Effect:
    """No new campaign takes it; notebooks and dossiers that answer it stay, and so do its pages."""
    framework.retired_at = clock.now()
    return Effect(fields=["retired_at"])


def nothing_follows(framework: Framework) -> str | None:
    """No other version says what its elements have become."""
    following = framework.next_versions.order_by("code").first()
    if following is None:
        return None
    return _("La version %(code)s la prolonge\u00a0: supprimez-la d’abord.") % {"code": following.code}


@act("framework.discarded", permission="framework.edit", guards=(is_draft, nothing_follows))
def discard(framework: Framework, *, actor) -> Effect:
    """Remove a draft and all that it holds."""
    Framework.objects.filter(pk=framework.pk).delete()
    return Effect(data={"code": framework.code})
