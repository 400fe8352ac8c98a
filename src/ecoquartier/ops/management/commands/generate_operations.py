"""Invent operations, for benches."""

from ecoquartier.core.commands import OperatorCommand
from ecoquartier.ops.services.generator import generate


class Command(OperatorCommand):
    help = (
        "Invente des opérations dans de vraies communes, en nombre, pour mesurer\u00a0; refuse une base réelle.\n\n"
        "Exemple\u00a0: python manage.py generate_operations 1000 --seed 7"
    )

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, metavar="nombre", help="nombre d’opérations à ajouter")
        parser.add_argument(
            "--seed", type=int, default=1, help="graine du tirage (1 par défaut)\u00a0: la même, les mêmes opérations"
        )

    def handle(self, *args, number, seed, **options):
        generate(number, seed=seed, say=self.progress)
        self.stdout.write(f"{number} opérations inventées au registre.")
