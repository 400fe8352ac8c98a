"""Every page of the platform, by portal."""

from django.urls import include, path

urlpatterns = [
    path("", include("ecoquartier.web.public.urls")),
    path("fichiers/", include("ecoquartier.web.files.urls")),
    path("compte/", include("ecoquartier.web.account.urls")),
    path("espace/", include("ecoquartier.web.space.urls")),
    path("espace/operations/", include("ecoquartier.web.holder.urls")),
    path("espace/dossiers/", include("ecoquartier.web.dossiers.urls")),
    path("espace/expertise/", include("ecoquartier.web.expert.urls")),
    path("espace/assistance/", include("ecoquartier.web.support.urls")),
    path("espace/commissions/", include("ecoquartier.web.commission.urls")),
    path("espace/services/", include("ecoquartier.web.services.urls")),
    path("espace/pilotage/", include("ecoquartier.web.bureau.urls")),
]
