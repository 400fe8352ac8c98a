"""The root of the addresses: one line for each portal."""

from django.urls import include, path

from ecoquartier.web.shared import errors

urlpatterns = [
    path("", include("ecoquartier.web.urls")),
    path("composants/", include("ecoquartier.web.shared.urls")),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
