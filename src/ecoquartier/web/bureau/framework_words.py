"""What is said of a version before it is published."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from ecoquartier.core.text import french_list
from ecoquartier.framework.domain.contents import Version
from ecoquartier.framework.enums import Provenance


def counted(version: Version) -> list[tuple[str, int]]:
    """How much a version holds, kind by kind."""
    notions = [notion for commitment in version.commitments for notion in commitment.notions]
    return [
        (_("Dimensions"), len(version.dimensions)),
        (_("Engagements"), len(version.commitments)),
        (_("Notions"), len(notions)),
        (_("Questions"), sum(len(notion.questions) for notion in notions)),
        (_("Indicateurs"), len(version.indicators)),
    ]


def lacks(version: Version) -> list[str]:
    """What a version may be published without, but that somebody may have forgotten; one sentence each."""
    measured = {indicator.commitment for indicator in version.indicators}
    commitments, notions = version.commitments, [n for c in version.commitments for n in c.notions]
    indicative = [x for x in (*commitments, *notions, *version.indicators) if x.provenance == Provenance.INDICATIVE]
    asked = {c.number for c in commitments if any(notion.questions for notion in c.notions)}
    sentences = [
        _named(
            _("Engagements sans question\u00a0: %(names)s."), (c.number for c in commitments if c.number not in asked)
        ),
        _named(
            _("Engagements sans indicateur\u00a0: %(names)s."),
            (c.number for c in commitments if c.number not in measured),
        ),
        _named(_("Engagements sans enjeu\u00a0: %(names)s."), (c.number for c in commitments if not c.challenges)),
        _("Éléments en contenu indicatif, qui ne sont pas le texte officiel\u00a0: %(count)s.")
        % {"count": len(indicative)}
        if indicative
        else "",
    ]
    return [sentence for sentence in sentences if sentence]


def _named(sentence: str, numbers: Iterable[int]) -> str:
    names = french_list([str(number) for number in numbers])
    return sentence % {"names": names} if names else ""
