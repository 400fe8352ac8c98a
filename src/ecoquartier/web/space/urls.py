"""Pages of this portal."""

from django.urls import path

from ecoquartier.web.space.home import Home

app_name = "space"

urlpatterns = [path("", Home.as_view(), name="home")]
