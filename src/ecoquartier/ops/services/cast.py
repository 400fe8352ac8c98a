"""Invented people and bodies for the demonstration and the simulated campaigns.

Names are made by combining lists; no living person is named. Simulated people have unusable passwords.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from django.utils.text import slugify

from ecoquartier.commissions.enums import Level, SeatPart
from ecoquartier.commissions.models import Commission, Seat
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Operation, TeamMember
from ecoquartier.operations.services import town_of
from ecoquartier.people.enums import OrganisationKind, Role
from ecoquartier.people.models import Membership, Organisation, RoleGrant, User
from ecoquartier.territories.models import Commune, County, Region

FIRST_NAMES = [
    "Aline",
    "Bastien",
    "Coralie",
    "Damien",
    "Édith",
    "Fabrice",
    "Gaëlle",
    "Hervé",
    "Inès",
    "Joachim",
    "Katell",
    "Lucien",
    "Maïwenn",
    "Norbert",
    "Odile",
    "Pascal",
    "Quitterie",
    "Rémi",
    "Solène",
    "Tristan",
    "Ursule",
    "Victor",
    "Wendy",
    "Xavier",
    "Yvonne",
    "Zacharie",
    "Armelle",
    "Benoît",
    "Clélia",
    "Désiré",
]
LAST_NAMES = [
    "Arpentis",
    "Boisclair",
    "Chantelune",
    "Dormoise",
    "Estérelle",
    "Fontbelle",
    "Grandlieu",
    "Hautecombe",
    "Islemaure",
    "Jonquerel",
    "Kerlaouen",
    "Lavaudois",
    "Montclar",
    "Noirefond",
    "Orgeval",
    "Pierrelune",
    "Quatremares",
    "Rivesaule",
    "Sombreval",
    "Tournefort",
    "Uzelande",
    "Valmeneur",
    "Wastines",
    "Yzerac",
    "Zélandier",
    "Aubrelle",
    "Brumefontaine",
    "Clairvallon",
    "Doucelande",
    "Épinelle",
]
SEATS = (
    (SeatPart.CHAIR, "Préfecture de région", "Administration centrale", OrganisationKind.STATE),
    (SeatPart.SECRETARY, "Direction régionale", "Secrétariat national", OrganisationKind.STATE),
    (SeatPart.MEMBER, "Association d’élus", "Association d’élus", OrganisationKind.ELECTED),
    (SeatPart.MEMBER, "Conseil d’architecture", "Conseil d’architecture", OrganisationKind.ASSOCIATION),
    (SeatPart.MEMBER, "Agence d’urbanisme", "Fédération d’agences d’urbanisme", OrganisationKind.AGENCY),
)
"""Part, organisation that sits in a region, organisation that sits for the nation, its kind."""
SINCE = date(2013, 1, 1)  # simulated campaigns go back in time: their people had their role already
DOMAIN = "demo.ecoquartier.example"


def person(rng: Random, *, key: str, organisation: Organisation | None = None, title: str = "", **membership) -> User:
    """An invented person with the address `key@…`, made once; a member of `organisation` when given."""
    email = f"{slugify(key)}@{DOMAIN}"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, _name(rng), is_demo=True)
    if organisation:
        Membership.objects.get_or_create(user=user, organisation=organisation, defaults={"title": title, **membership})
    return User.objects.get(pk=user.pk)


def _name(rng: Random) -> str:
    """An invented name, that nobody bears yet unless there are too many people for the lists."""
    for _try in range(20):
        name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
        if not User.objects.filter(full_name=name).exists():
            break
    return name


def body(name: str, kind: str, commune: Commune | None = None) -> Organisation:
    """An invented organisation, made once."""
    return Organisation.objects.get_or_create(name=name, kind=kind, defaults={"commune": commune, "is_demo": True})[0]


def capital_of(region: Region) -> Commune:
    """Where the bodies of a region have their seat: its largest commune."""
    return Commune.objects.current().filter(county__region=region).latest("population")


def grant(user: User, role: Role, *, by: User | None = None, **territory) -> User:
    """Give a role, once; returns the person afresh."""
    RoleGrant.objects.get_or_create(
        user=user,
        role=role,
        **territory,
        defaults={"granted_by": by, "reason": "Données de démonstration", "starts_on": SINCE},
    )
    return User.objects.get(pk=user.pk)


@dataclass
class Cast:
    """Who plays a campaign; made when first needed, the same for the same seed."""

    rng: Random
    bureau: list[User] = field(default_factory=list)
    experts: list[User] = field(default_factory=list)
    correspondents: dict[str, User] = field(default_factory=dict)
    coordinators: dict[str, User] = field(default_factory=dict)
    commissions: dict[str, Commission] = field(default_factory=dict)

    def set_up(self, experts: int) -> Cast:
        """The bureau (two people), the national commission and the experts."""
        ministry = body("Bureau national ÉcoQuartier (démonstration)", OrganisationKind.STATE)
        for n in (1, 2):
            user = person(self.rng, key=f"bureau-{n}", organisation=ministry, title="bureau national")
            self.bureau.append(grant(user, Role.BUREAU))
        for n in range(1, experts + 1):
            office = body(f"Atelier d’urbanisme n° {1 + n % 12} (démonstration)", OrganisationKind.COMPANY)
            user = person(self.rng, key=f"expert-{n}", organisation=office, title="expert")
            self.experts.append(grant(user, Role.EXPERT, by=self.bureau[0]))
        self.commission(None)
        return self

    def correspondent(self, county: County) -> User:
        """The correspondent of a county."""
        if county.pk not in self.correspondents:
            service = body(
                f"Service de l’État, {county.name} (démonstration)",
                OrganisationKind.STATE,
                Commune.objects.current().filter(county=county).latest("population"),
            )
            user = person(
                self.rng, key=f"correspondant-{county.pk}", organisation=service, title="correspondant ville durable"
            )
            self.correspondents[county.pk] = grant(user, Role.CORRESPONDENT, by=self.bureau[0], county=county)
        return self.correspondents[county.pk]

    def coordinator(self, region: Region) -> User:
        """The coordinator of a region."""
        if region.pk not in self.coordinators:
            service = body(
                f"Direction régionale, {region.name} (démonstration)", OrganisationKind.STATE, capital_of(region)
            )
            user = person(
                self.rng, key=f"coordinateur-{region.pk}", organisation=service, title="coordonnateur régional"
            )
            self.coordinators[region.pk] = grant(user, Role.COORDINATOR, by=self.bureau[0], region=region)
        return self.coordinators[region.pk]

    def commission(self, region: Region | None) -> Commission:
        """The commission of a region, or the national one: a chair, a secretary without vote, three members."""
        key = region.pk if region else "nationale"
        if key not in self.commissions:
            name = f"Commission régionale, {region.name}" if region else "Commission nationale ÉcoQuartier"
            commission, created = Commission.objects.get_or_create(
                name=name, level=Level.REGIONAL if region else Level.NATIONAL
            )
            if region:
                commission.regions.add(region)
            if created:
                self._seat(commission, region)
            self.commissions[key] = commission
        return self.commissions[key]

    def _seat(self, commission: Commission, region: Region | None) -> None:
        """Fill the seats; the association of elected officials is represented by its delegate."""
        for n, (part, regional, national, kind) in enumerate(SEATS):
            place = f"{regional}, {region.name}" if region else national
            organisation = body(f"{place} (démonstration)", kind, capital_of(region) if region else None)
            user = person(
                self.rng,
                key=f"siege-{region.pk if region else 'nationale'}-{n}",
                organisation=organisation,
                title=f"{SeatPart(part).label} de commission" if part != SeatPart.MEMBER else "siège en commission",
                is_representative=kind == OrganisationKind.ELECTED,
            )
            Seat.objects.create(
                commission=commission,
                organisation=organisation,
                holder=user,
                part=part,
                is_voting=part != SeatPart.SECRETARY,
            )

    def delegate(self, commission: Commission) -> User:
        """Who sits for the association of elected officials, afresh."""
        return User.objects.get(seats__commission=commission, seats__organisation__kind=OrganisationKind.ELECTED)

    def seat_holder(self, commission: Commission, part: str) -> User:
        """The person of the last seat of this part, afresh: for a member, not the delegate of elected officials."""
        return User.objects.filter(seats__commission=commission, seats__part=part).order_by("-email")[0]

    def helper(self) -> User:
        """Somebody of the technical support."""
        provider = body("Assistance technique (démonstration)", OrganisationKind.COMPANY)
        user = person(self.rng, key="assistance", organisation=provider, title="assistance aux utilisateurs")
        return grant(user, Role.SUPPORT, by=self.bureau[0])

    def team_mates(self, operation: Operation) -> tuple[User, User]:
        """(contributor, reader) in the team of an operation that is held."""
        mates = []
        for role, title in ((TeamRole.EDITOR, "chargée d’opération"), (TeamRole.READER, "assistance à l’opération")):
            user = person(self.rng, key=f"{role}-{operation.slug}", organisation=operation.holder, title=title)
            TeamMember.objects.get_or_create(operation=operation, user=user, defaults={"role": role})
            mates.append(user)
        return mates[0], mates[1]

    def newcomer(self, commune: Commune) -> User:
        """Somebody who has an account, acts for an association and holds no role."""
        place = body(f"Habitants de {commune.name} (démonstration)", OrganisationKind.CITIZENS, commune)
        return person(self.rng, key=f"membre-{commune.pk}", organisation=place, title="membre du collectif")

    def holder_team(self, commune: Commune, n: int) -> tuple[User, User, Organisation]:
        """(lead, representative of the town, developer) of an operation in this commune."""
        developer = body(f"Société d’aménagement, {commune.name} (démonstration)", OrganisationKind.DEVELOPER, commune)
        lead = person(self.rng, key=f"pilote-{commune.pk}-{n}", organisation=developer, title="pilote d’opération")
        elected = person(
            self.rng,
            key=f"elu-{commune.pk}",
            organisation=town_of(commune),
            title="maire ou adjoint",
            is_representative=True,
        )
        return lead, elected, developer
