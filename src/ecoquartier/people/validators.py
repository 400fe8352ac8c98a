"""What the numbers of the State must look like."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

SIREN_LENGTH = 9


def has_luhn_key(digits: str) -> bool:
    """Whether the last digit is the key of the others (Luhn)."""
    doubled = [int(digit) * (1 + rank % 2) for rank, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def validate_siren(value: str) -> None:
    """Refuse what is no SIREN: nine digits, the last of which is a key.

    The known exception, La Poste, is about the SIRET of its places; its SIREN has the usual key.
    """
    if len(value) != SIREN_LENGTH or not (value.isascii() and value.isdecimal()):
        raise ValidationError(_("Un SIREN compte neuf chiffres."), code="siren_length")
    if not has_luhn_key(value):
        raise ValidationError(
            _("Ce SIREN n’existe pas\u00a0: sa clé est fausse. Vérifiez chaque chiffre."), code="siren_key"
        )
