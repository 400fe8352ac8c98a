"""The seams: where generic code below reaches what higher apps know.

Each registry is filled in `AppConfig.ready()` and read by generic code only; nothing else ever calls up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from ecoquartier.core import clock

T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    """One line of a person’s work, with its page.

    Args:
        title: what it is; for something to do, a verb first.
        path: its page.
        note: where, for what.
        due_on: by when; for a date, which day; for what has ended, when.
        state: where it stands, in words.
        about: the dossier concerned: a person recused for it reads nothing of it.
    """

    title: str
    path: str
    note: str = ""
    due_on: date | None = None
    state: str = ""
    about: UUID | None = None


@dataclass(frozen=True)
class Work:
    """What one app knows of a person’s work; nothing of it tells an outcome that they may not know.

    Args:
        to_do: what waits for them.
        going_on: what they follow, and that waits for others or for a day.
        ended: what has just ended.
        dates: days to come that ask nothing of them: a sitting, a visit, a milestone.
    """

    to_do: Sequence[Task] = ()
    going_on: Sequence[Task] = ()
    ended: Sequence[Task] = ()
    dates: Sequence[Task] = ()

    def __add__(self, other: Work) -> Work:
        """Both."""
        return Work(*((*getattr(self, part.name), *getattr(other, part.name)) for part in fields(Work)))

    def without(self, dossiers: Collection[UUID]) -> Work:
        """All but the lines about these dossiers."""
        return Work(*([t for t in getattr(self, part.name) if t.about not in dossiers] for part in fields(Work)))

    @property
    def calendar(self) -> list[Task]:
        """Every line that has a day, by day: a date rather than what it asks, when both have the same page."""
        known = {(task.path, task.due_on) for task in self.dates}
        asked = [task for task in self.to_do if task.due_on and (task.path, task.due_on) not in known]
        return sorted([*self.dates, *asked], key=by_day)


def by_day(task: Task) -> tuple[bool, date, str]:
    """How lines are sorted: by day, those that have none last."""
    return task.due_on is None, task.due_on or date.max, task.title


def recently() -> datetime:
    """From when what has ended is still told."""
    return clock.now() - timedelta(days=60)


@dataclass(frozen=True)
class Audience:
    """A kind of group that the bureau may write to.

    Args:
        label: what it is called in a list.
        groups: the groups of this kind, as (code, name) pairs; one without a code when there is nothing to choose.
        people: code of a group → queryset of its people; never depends on an outcome that is not published.
    """

    label: Any
    groups: Callable[[], list[tuple[str, str]]]
    people: Callable[[str], Any]


@dataclass(frozen=True)
class Place:
    """A kind of place, above `accounts`, that one may be invited to join.

    Args:
        words: function(invitation) → what it gives, in French, after « Vous êtes invité à ».
        require: function(invitation, inviter): raises unless the inviter may give it.
        why_not: function(invitation, person or None) → why they cannot join it now, in French; or None.
        join: function(invitation, person, inviter): gives what was promised, in the transaction of the acceptance.
    """

    words: Callable[[Any], str]
    require: Callable[[Any, Any], None]
    why_not: Callable[[Any, Any], str | None]
    join: Callable[[Any, Any, Any], None]


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """What one model holds of people: why so long, how it is given back, how it is erased.

    Args:
        model: its label, `app.Model`.
        person: path from a row to the person; empty when `erase` finds the rows.
        holds: what it holds of them, in French.
        retention: until when, in French.
        fields: columns given back to the person.
        replaced: column → what replaces it at the erasure (a value, or a function that makes it); the others stay.
        deleted: the rows go at the erasure; by default the act stays, and its author’s name is replaced.
        words: columns of any row where people may be named: their name and address are replaced at the erasure.
        kept: column → why it keeps the names it holds, in French: a frozen proof, or the public name of a place.
        frozen: filter of the rows whose `kept` columns keep them, when others do not yet; all rows by default.
        erase: function(person) → number of rows changed, or what each became when the journal must say it.
        told: filter of the rows given back: what the person is not to know yet stays here.
        refusal: function(person) → why, while a duty runs, nothing may be erased, in French; or None.
    """

    model: str
    person: str = ""
    holds: str
    retention: str
    fields: tuple[str, ...] = ()
    replaced: Mapping[str, Any] = field(default_factory=dict)
    deleted: bool = False
    words: tuple[str, ...] = ()
    kept: Mapping[str, Any] = field(default_factory=dict)
    frozen: Mapping[str, Any] = field(default_factory=dict)
    erase: Callable[[Any], int | Mapping[str, str]] | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    refusal: Callable[[Any], str | None] | None = None


class Registry(Generic[T]):
    """A named set of entries, each registered once, closed to changes after start-up.

    Args:
        name: shown in error messages and in the generated reference.
        purpose: one French sentence for the reference page: what an entry is, and who reads it.
    """

    def __init__(self, name: str, purpose: str) -> None:
        self.name = name
        self.purpose = purpose
        self._entries: dict[str, T] = {}
        self._frozen = False

    def register(self, key: str, entry: T) -> T:
        """Add `entry` under `key`; raises RuntimeError when frozen or already taken by another entry."""
        if self._frozen:
            raise RuntimeError(f"The registry {self.name} is frozen; register {key} in an AppConfig.ready().")
        if self._entries.get(key, entry) is not entry:
            raise RuntimeError(f"{key} is already registered in {self.name}.")
        self._entries[key] = entry
        return entry

    def freeze(self) -> None:
        """Refuse any later registration."""
        self._frozen = True

    def get(self, key: str) -> T | None:
        """The entry under `key`, or None."""
        return self._entries.get(key)

    def items(self) -> Iterator[tuple[str, T]]:
        """All (key, entry) pairs in order of registration."""
        return iter(self._entries.items())


projections: Registry[Callable[[set], None]] = Registry(
    "projections",
    "Sorte d’objet → fonction qui refait ses lignes dérivées, `rebuild(ids)`. "
    "Le moteur des actes l’appelle dans la transaction de l’acte.",
)
pending: Registry[Callable[[Any], Work]] = Registry(
    "pending",
    "Application → fonction qui dit ce qui attend une personne, ce qu’elle suit, ce qui vient de finir et ses dates, "
    "`work_of(user)`. La page «\u00a0Mon espace\u00a0», le calendrier personnel et les rappels la lisent.",
)
audiences: Registry[Audience] = Registry(
    "audiences",
    "Sorte de groupe à qui le bureau peut écrire → ses groupes et leurs personnes. L’envoi d’un message groupé la lit.",
)
personal_data: Registry[PersonalData] = Registry(
    "personal_data",
    "Table → ce qu’elle garde d’une personne, combien de temps, comment le remettre et l’effacer. "
    "L’application `accounts` la lit.",
)
invariants: Registry[Callable[[], list[str]]] = Registry(
    "invariants",
    "Fait qui doit tenir entre les tables → fonction qui rend la liste des manquements. "
    "La commande `check_invariants` et les tests la lisent.",
)
mergers: Registry[Callable[[Any, Any], str | None]] = Registry(
    "mergers",
    "Application → fonction qui dit pourquoi deux fiches, de personnes, d’organismes ou d’opérations, ne peuvent pas "
    "se confondre, `why_not_merge(kept, duplicate)`. Les applications `accounts` et `operations` la lisent.",
)
places: Registry[Place] = Registry(
    "places",
    "Sorte de lieu où l’on peut inviter quelqu’un, au-dessus de `accounts` → comment il se dit, qui peut y inviter, "
    "et ce que l’on reçoit en acceptant. L’application `accounts` la lit.",
)
retirements: Registry[Callable[[Any], str | None]] = Registry(
    "retirements",
    "Application → fonction qui dit pourquoi une version du référentiel ne se retire pas encore, "
    "`why_followed(framework)`. L’application `framework` la lit.",
)
scopes: Registry[Callable] = Registry(
    "scopes",
    "Sorte d’objet → fonction qui rend les lignes visibles d’une personne, `…_visible_to(user)`. "
    "Les travaux de fond et les exports la lisent\u00a0; les pages appellent la fonction elle-même.",
)

SEAMS = (projections, pending, audiences, personal_data, invariants, mergers, places, retirements, scopes)
