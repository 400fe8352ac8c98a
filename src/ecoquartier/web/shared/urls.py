"""The gallery of components."""

from django.urls import URLPattern, path

from ecoquartier.web.shared import gallery

urlpatterns: list[URLPattern] = [
    path("", gallery.Gallery.as_view(), name="gallery"),
    path("confirmation/", gallery.ExampleConfirmation.as_view(), name="gallery-confirmation"),
    path("erreurs/<str:name>/", gallery.ErrorPreview.as_view(), name="gallery-error"),
]
