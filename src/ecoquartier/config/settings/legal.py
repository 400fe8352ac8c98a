"""Who answers for the site: what the legal notice says. A part of `base`."""

from ecoquartier.core import env

LEGAL_PUBLISHER = env.text(
    "LEGAL_PUBLISHER",
    help="Éditeur du site, nom et adresse\u00a0: dit par les mentions légales.",
    shown="non renseigné",
)
LEGAL_DIRECTOR = env.text(
    "LEGAL_DIRECTOR", help="Directeur de la publication, dit par les mentions légales.", shown="non renseigné"
)
LEGAL_HOST = env.text(
    "LEGAL_HOST",
    help="Hébergeur du site, nom, adresse et téléphone\u00a0: dit par les mentions légales.",
    shown="non renseigné",
)
