"""`manage.py verify_credential`: is this text a credential of ours, unchanged?"""

from collections.abc import Sequence

from django.core.management.base import CommandError

from ecoquartier.awards.domain.credential import trust_from_json, verify_credential
from ecoquartier.awards.management.verification import VerificationCommand
from ecoquartier.core.keys import Purpose, TrustedKey, platform_day
from ecoquartier.core.text import long_date


class Command(VerificationCommand):
    help = (
        "Vérifie, sans réseau ni base, une attestation Open Badges 3.0 signée (JWT). Code de sortie 0 ou 1.\n"
        "Un retrait du label depuis la signature ne se voit que sur la page de vérification.\n\n"
        "Exemple\u00a0: python manage.py verify_credential attestation.jwt --trust did.json"
    )
    purpose = Purpose.CREDENTIALS
    file_help = "l’attestation, en JWT"
    trust_help = "document DID, JWK ou jeu de JWK à croire, en JSON (par défaut, les clés de cette plateforme)"

    def read_trust(self, content: bytes) -> list[TrustedKey]:
        """Read a DID document, a JWK or a JWK set."""
        return trust_from_json(content)

    def verdict(self, content: bytes, trust: Sequence[TrustedKey]) -> str:
        """Say what the credential attests, who issued it and when."""
        check = verify_credential(content.decode("utf-8", "replace"), trust=trust)
        if not check.ok or check.signed_at is None:
            raise CommandError(f"Attestation refusée. {' '.join(check.reasons)}")
        day = long_date(platform_day(check.signed_at))
        return f"Attestation authentique\u00a0: «\u00a0{check.name}\u00a0», signée le {day} par {check.issuer}."
