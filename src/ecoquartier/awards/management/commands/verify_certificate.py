"""`manage.py verify_certificate`: is this PDF a certificate of ours, byte for byte?"""

from collections.abc import Sequence

from django.core.management.base import CommandError

from ecoquartier.awards.domain.certificate import verify_certificate
from ecoquartier.awards.management.verification import VerificationCommand
from ecoquartier.core.keys import Purpose, TrustedKey, platform_day, trust_from_pem
from ecoquartier.core.text import long_date


class Command(VerificationCommand):
    help = (
        "Vérifie, sans réseau ni base, qu’un certificat est tel qu’il a été scellé. Code de sortie 0 ou 1.\n\n"
        "Exemple\u00a0: python manage.py verify_certificate certificat.pdf --trust cachet.pem"
    )
    purpose = Purpose.PDF
    file_help = "le certificat, en PDF"
    trust_help = "certificats X.509 à croire, en PEM (par défaut, ceux de cette plateforme)"

    def read_trust(self, content: bytes) -> list[TrustedKey]:
        """Read the certificates of a PEM file."""
        return trust_from_pem(content)

    def verdict(self, content: bytes, trust: Sequence[TrustedKey]) -> str:
        """Say which award the certificate proves, and who sealed it."""
        check = verify_certificate(content, trust=trust)
        if not check.ok or check.signed_at is None:
            raise CommandError(f"Certificat refusé. {' '.join(check.reasons)}")
        day = long_date(platform_day(check.signed_at))
        return f"Certificat authentique\u00a0: code {check.code}, scellé le {day} par «\u00a0{check.signer}\u00a0»."
