"""What one row of the tracking sheet says, once normalised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ecoquartier.core.errors import DomainError

# From the campaign of 2016, a result is a stage.
FIRST_YEAR_OF_STAGES = 2016


class LegacyFileError(DomainError):
    """The file as a whole is not the tracking sheet; the message says what it seems to be."""


class Result(StrEnum):
    """What a campaign of the first label decided for a candidate."""

    LABELLED = "labelled"
    ENGAGED = "engaged"
    ADJOURNED = "adjourned"
    UNKNOWN = "unknown"


class CharterState(StrEnum):
    """Whether the commune is said to have signed the charter."""

    SIGNED = "signed"
    IN_PROGRESS = "in_progress"


class OperationType(StrEnum):
    """How the sheet qualifies an operation."""

    RENEWAL = "renewal"
    EXTENSION = "extension"
    OTHER = "other"


class Progress(StrEnum):
    """The sheet's own summary of where the operation stands; the facts it sums up are read from their columns."""

    LABEL = "label"
    ENGAGED = "engaged"
    CHARTER_ONLY = "charter_only"
    OTHER = "other"


@dataclass(frozen=True)
class Charter:
    """A signature of the charter by the commune; `year` is None when the sheet only says that it was signed."""

    state: CharterState
    year: int | None = None
    signed_on: date | None = None


@dataclass(frozen=True)
class Candidacy:
    """One campaign in which the operation was a candidate; `stage` is only given from 2016."""

    year: int
    result: Result = Result.UNKNOWN
    stage: int | None = None

    @property
    def lacks_stage(self) -> bool:
        """Whether it is a label of the years of the stages that does not say which: 2, 3 and 4 were all called so."""
        return self.result == Result.LABELLED and self.year >= FIRST_YEAR_OF_STAGES and self.stage is None


@dataclass(frozen=True)
class LegacyRow:
    """One row: its facts, and in `warnings` (French sentences) each value that was doubtful and left out."""

    line: int
    """As a spreadsheet numbers it: the headings are usually line 1."""
    sheet_year: int | None = None
    """The latest year that the file's headings name, or None: what is told without a year was so at that time."""

    region: str = ""
    former_region: str = ""
    county: str | None = None
    """The county's code, cleaned: "20B" is "2B", "1" is "01"."""
    county_name: str = ""
    county_aside: str | None = None
    """The county that the commune's name carries, « Saint-Denis (93) »: less sure than the others."""
    insee: str | None = None
    other_insees: tuple[str, ...] = ()
    """Further codes of the same cell."""
    is_insee_guessed: bool = False
    """The cell only gives the commune's number in its county: a name that denies it wins."""
    commune: str = ""
    other_names: tuple[str, ...] = ()
    """Further communes or groupings written in the commune's cell."""
    name: str = ""
    """Empty when the sheet gives none, or says that it is to be defined."""

    population: int | None = None
    urban_kind: str = ""
    territorial_situation: str = ""
    site_situation: str = ""
    operation_types: tuple[OperationType, ...] = ()
    operation_type_note: str = ""
    inhabitants: int | None = None
    dwellings: int | None = None
    social_dwellings: int | None = None
    area_ha: Decimal | None = None
    planner: str = ""
    """The public developer named in the column "EPA"."""
    is_anru: bool = False
    is_pnr: bool = False

    joined_call_2009: bool = False
    joined_call_2011: bool = False
    charter: Charter | None = None
    candidacies: tuple[Candidacy, ...] = ()
    evaluation_grant: int | None = None
    """In euros."""
    progress: Progress | None = None
    warnings: tuple[str, ...] = ()

    def result_of(self, year: int) -> Result | None:
        """The result of that year's campaign, or None when the operation was no candidate."""
        return next((candidacy.result for candidacy in self.candidacies if candidacy.year == year), None)


@dataclass(frozen=True)
class RowProblem:
    """A line that is no operation: a total, a heading, a broken line; `reason` is a French sentence."""

    line: int
    reason: str
    excerpt: str = ""
