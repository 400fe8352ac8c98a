"""What invented territories add to the référentiel in the demonstration: three published, one proposed."""

from __future__ import annotations

from typing import Any

from ecoquartier.framework.models import Framework
from ecoquartier.framework.services.supplements import propose_supplement, publish_supplement, write_supplement
from ecoquartier.ops.services.play import Play
from ecoquartier.territories.models import County, Region

REGIONAL = {
    "guidance": "Dans la région, l’eau manque l’été et déborde l’hiver. Dites ce que devient la pluie, de la toiture "
    "au ruisseau, et ce que le quartier garde pour l’été.",
    "questions": "Quelle part de la pluie s’infiltre sur place\u00a0?\n"
    "Que se passe-t-il lors de la plus forte crue connue\u00a0?",
    "indicators": [
        {
            "title": "Part du sol qui laisse passer l’eau",
            "unit": "%",
            "kind": "percent",
            "direction": "higher",
            "method": "Surface perméable rapportée à celle du périmètre, à la livraison.",
        }
    ],
    "reason": "Exemple inventé\u00a0: trois arrêtés de sécheresse en trois ans dans la région.",
}
COUNTY = {
    "guidance": "Les bourgs du département perdent des commerces. Dites ce que le quartier apporte au centre et ce "
    "qu’il pourrait lui prendre.",
    "questions": "À quelle distance à pied sont l’école, le marché et le médecin\u00a0?",
    "indicators": [],
    "reason": "Exemple inventé\u00a0: une commune sur deux n’a plus de commerce de bouche.",
}
OVERSEAS = {
    "guidance": "Sous les tropiques, le confort d’été se gagne sans climatisation\u00a0: orientation, ventilation "
    "traversante, protection solaire, ombre des rues. Dites aussi comment le quartier traverse un cyclone.",
    "questions": "Chaque logement est-il ventilé par deux façades\u00a0?\nOù se met-on à l’abri, et qui le sait\u00a0?",
    "indicators": [
        {
            "title": "Logements traversants",
            "unit": "%",
            "kind": "percent",
            "direction": "higher",
            "method": "Logements ouverts sur deux façades opposées ou voisines, rapportés à tous les logements.",
        }
    ],
    "reason": "Exemple inventé\u00a0: les repères de l’Hexagone ne disent rien de la chaleur humide.",
}
PROPOSED = {
    "guidance": "Le bocage s’efface au bord des bourgs. Dites quelles haies sont gardées, replantées, et qui "
    "les entretient.",
    "questions": "Combien de mètres de haies avant, et après\u00a0?",
    "indicators": [],
    "reason": "Exemple inventé\u00a0: le département a engagé un plan pour ses haies.",
}


def write_supplements(play: Play, *, county: County, overseas: Region) -> None:
    """Write them as the services of these territories would, in the version of the campaign."""
    framework, region = play.campaign.framework, county.region
    coordinator, correspondent = play.cast.coordinator(region), play.cast.correspondent(county)
    elsewhere = play.cast.coordinator(overseas)
    for number, person, place, words in (
        (19, coordinator, {"region": region}, REGIONAL),
        (16, elsewhere, {"region": overseas}, OVERSEAS),
    ):
        publish_supplement(_written(framework, number, person, place, words), actor=person)
    proposed = propose_supplement(
        _written(framework, 12, correspondent, {"county": county}, COUNTY), actor=correspondent
    )
    publish_supplement(proposed, actor=coordinator)
    propose_supplement(_written(framework, 20, correspondent, {"county": county}, PROPOSED), actor=correspondent)


def _written(framework: Framework, number: int, person: Any, place: dict[str, Any], words: dict[str, Any]) -> Any:
    return write_supplement(framework.commitments.get(number=number), actor=person, **place, **words)
