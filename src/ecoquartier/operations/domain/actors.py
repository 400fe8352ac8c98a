"""The actors of an operation are organisations: what looks like a person’s own is questioned. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

# « 06 12 34 56 78 », « +33 6 12 34 56 78 », whatever parts the digits; a SIREN or a SIRET is none.
_TELEPHONE = re.compile(r"(?<!\d)(?:0|(?:\+|00)\d{2,3}[\s.-]?(?:\(0\))?)[\s.-]?[1-9](?:[\s.-]?\d){8}(?!\d)")


def doubts_of_actors(actors: Mapping[str, Collection[str]]) -> list[str]:
    """What is possible but should hardly be there, in sentences: the telephone or the e-mail address of somebody.

    Args:
        actors: kind → names, as the sheet keeps them.
    """
    return [
        _(
            "«\u00a0%(name)s\u00a0» semble donner un téléphone ou une adresse électronique\u00a0: n’écrivez que le nom "
            "de l’organisme, sans celui d’une personne."
        )
        % {"name": name}
        for names in actors.values()
        for name in names
        if "@" in name or _TELEPHONE.search(name)
    ]
