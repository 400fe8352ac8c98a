"""Pages of this portal."""

from django.urls import path

from ecoquartier.web.files.views import FileView

app_name = "files"

urlpatterns = [path("<uuid:pk>/", FileView.as_view(), name="file")]
