"""Play a whole campaign with invented people."""

from ecoquartier.awards.queries import without_certificate
from ecoquartier.awards.services import issue_certificate
from ecoquartier.core.commands import OperatorCommand
from ecoquartier.ops.services.demo import require_demo
from ecoquartier.ops.services.simulation import simulate


class Command(OperatorCommand):
    help = (
        "Joue une campagne entière par les vrais services.\n\n"
        "Exemple\u00a0: python manage.py simulate_campaign --year 2031 --dossiers 40 --experts 30 --seed 7"
    )

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, required=True, help="année de la campagne, sans campagne existante")
        parser.add_argument("--dossiers", type=int, default=40, help="nombre de dossiers (40 par défaut)")
        parser.add_argument("--experts", type=int, default=20, help="nombre d’experts (20 par défaut)")
        parser.add_argument(
            "--seed", type=int, default=1, help="graine du tirage (1 par défaut)\u00a0: la même, la même campagne"
        )
        parser.add_argument("--certificates", action="store_true", help="fait aussi les certificats")

    def handle(self, *args, year, dossiers, experts, seed, certificates, **options):
        require_demo()
        report = simulate(year, count=dossiers, experts=experts, seed=seed, say=self.progress)
        for name, seconds in report.seconds.items():
            self.stdout.write(f"{name}\u00a0: {seconds:.1f} s")
        if certificates:
            ids = list(without_certificate().values_list("pk", flat=True))
            for award_id in ids:
                issue_certificate(award_id)
            self.stdout.write(f"certificats\u00a0: {len(ids)}")
        states = ", ".join(f"{state} {n}" for state, n in sorted(report.states.items()))
        self.stdout.write(f"Campagne {year}\u00a0: {states}\u00a0; {sum(report.seconds.values()):.1f} s")
