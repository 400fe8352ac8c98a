"""Why a file is refused, in a sentence for each code."""

from django.utils.translation import gettext_lazy

SENTENCES = {
    "empty": gettext_lazy("Ce fichier est vide."),
    "too_heavy": gettext_lazy("Ce fichier dépasse %(most)s\u00a0Mo."),
    "another_kind": gettext_lazy("Ce fichier n’est pas ce que son nom annonce, ou pas d’un format accepté."),
    "infected": gettext_lazy(
        "L’antivirus a reconnu un programme malveillant dans ce fichier\u00a0: il n’est pas gardé."
    ),
    "unchecked": gettext_lazy(
        "L’antivirus ne répond pas, et aucun fichier n’est accepté sans lui. Réessayez dans quelques minutes."
    ),
    "too_long": gettext_lazy(
        "Ce fichier est trop long à lire. Enregistrez-le de nouveau, plus simple, puis réessayez."
    ),
    "too_many_pixels": gettext_lazy("Cette image a trop de pixels\u00a0: 80 millions au plus. Réduisez-la."),
    "unreadable_image": gettext_lazy("Cette image est abîmée. Ouvrez-la et enregistrez-la de nouveau."),
    "unreadable": gettext_lazy("Ce fichier est abîmé. Ouvrez-le et enregistrez-le de nouveau."),
    "encrypted": gettext_lazy("Ce fichier est protégé par un mot de passe. Enregistrez-le sans protection."),
    "program": gettext_lazy("Ce fichier contient un programme ou des macros. Enregistrez-le sans."),
    "two_formats": gettext_lazy("Ce fichier en cache un autre. Enregistrez-le de nouveau, seul."),
    "bomb": gettext_lazy("Ce fichier est démesuré une fois décompressé. Allégez-le."),
}
