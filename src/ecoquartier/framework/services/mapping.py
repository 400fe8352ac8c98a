"""The correspondence of a draft with the version that it is based on."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ecoquartier.core.errors import DomainError
from ecoquartier.framework.domain.contents import Link, elements
from ecoquartier.framework.domain.mapping import called, in_order, propose
from ecoquartier.framework.enums import Change
from ecoquartier.framework.models import Framework
from ecoquartier.framework.queries import contents_of, links_of
from ecoquartier.framework.services.files import write_links
from ecoquartier.framework.workflow import is_draft
from ecoquartier.workflow.engine import Effect, act

MANY = 1_000
BOUNDS: dict[str, tuple[range, range]] = {
    Change.SAME: (range(1, 2), range(1, 2)),
    Change.RENAMED: (range(1, 2), range(1, 2)),
    Change.MOVED: (range(1, 2), range(1, 2)),
    Change.MERGED: (range(2, MANY), range(1, 2)),
    Change.SPLIT: (range(1, 2), range(2, MANY)),
    Change.REMOVED: (range(1, MANY), range(1)),
    Change.NEW: (range(1), range(1, MANY)),
}
"""How many elements of each version a change takes."""


def is_based_on_another(framework: Framework) -> str | None:
    """There is something to correspond with."""
    return None if framework.based_on_id else _("Cette version n’en prolonge aucune autre.")


@act("framework.mapped", permission="framework.edit", guards=(is_draft, is_based_on_another))
def complete_mapping(framework: Framework, *, actor) -> Effect:
    """Propose a line for every element that has none, and take away those of what no longer exists."""
    before = links_of(framework)
    links = propose(contents_of(_previous(framework)), contents_of(framework), before)
    write_links(framework, links)
    return Effect(data={"lines": len(links), "changed": len(set(links) ^ set(before))})


@act("framework.linked", permission="framework.edit", guards=(is_draft, is_based_on_another))
def link(framework: Framework, *, actor, kind: str, change: str, old: Sequence[str], new: Sequence[str]) -> Effect:
    """Say what some elements become; the lines that they were on give way.

    Args:
        old: codes of the version before; none for what is new.
        new: codes of this version; none for what is removed.

    Raises:
        DomainError: the change does not take that many elements, or one of them does not exist.
    """
    _check_counts(change, old, new)
    before, after = elements(contents_of(_previous(framework))), elements(contents_of(framework))
    for codes, known in ((old, before), (new, after)):
        for code in codes:
            if (kind, code) not in known:
                raise DomainError(_("%(element)s n’existe pas.") % {"element": called((kind, code))}, code="unknown")
    kept = [
        line
        for line in links_of(framework)
        if line.kind != kind or not ((line.old and line.old in old) or (line.new and line.new in new))
    ]
    kept += [Link(kind, change, one, other) for one in (old or ("",)) for other in (new or ("",))]
    write_links(framework, in_order(kept, before, after))
    return Effect(data={"kind": kind, "change": change, "old": list(old), "new": list(new)})


def _check_counts(change: str, old: Sequence[str], new: Sequence[str]) -> None:
    olds, news = BOUNDS[change]
    if len(set(old)) not in olds or len(set(new)) not in news or len(set(old)) != len(old) or len(set(new)) != len(new):
        raise DomainError(
            _("«\u00a0%(change)s\u00a0» ne va pas avec ces nombres\u00a0: anciens %(old)s, nouveaux %(new)s.")
            % {"change": Change(change).label, "old": len(old), "new": len(new)},
            code="bad_counts",
        )


def _previous(framework: Framework) -> Framework:
    return Framework.objects.get(pk=framework.based_on_id)
