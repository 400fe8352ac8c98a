"""Messages say until when only what the campaign says, and what follows as the stage says."""

import pytest

from ecoquartier.campaigns.enums import DecisionPath, Filing, MilestoneCode
from ecoquartier.core.text import long_date
from ecoquartier.dossiers.messages import ADMITTED_TO_HOLDER, DEPOSITED_TO_CORRESPONDENT


def test_the_deadline_of_the_examination_is_the_campaign_s(case):
    _part, dossier = case
    day = long_date(dossier.campaign.milestone(MilestoneCode.ADMISSIBILITY))
    assert DEPOSITED_TO_CORRESPONDENT.context(dossier)["examined_by"] == f", au plus tard le {day}"


def test_no_date_is_invented(case):
    _part, dossier = case
    dossier.stage.filing = Filing.ALL_YEAR
    assert DEPOSITED_TO_CORRESPONDENT.context(dossier)["examined_by"] == ""
    dossier.stage.filing = Filing.CAMPAIGN
    dossier.campaign.milestones.all().delete()
    assert DEPOSITED_TO_CORRESPONDENT.context(dossier)["examined_by"] == ""


@pytest.mark.parametrize(
    ("path", "experts", "words"),
    [
        (DecisionPath.REGISTRATION, 0, "enregistre l’étape, sans expertise"),
        (DecisionPath.NATIONAL_ONLY, 0, "transmet le dossier à la commission"),
        (DecisionPath.REGIONAL_THEN_NATIONAL, 2, "une expertise par 2 experts"),
    ],
)
def test_an_admissible_dossier_is_told_what_follows(case, path, experts, words):
    _part, dossier = case
    dossier.stage.decision_path, dossier.stage.experts = path, experts
    assert words in ADMITTED_TO_HOLDER.context(dossier)["follows"]
