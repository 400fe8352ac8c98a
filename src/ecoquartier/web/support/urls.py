"""Pages of this portal."""

from django.urls import path

from ecoquartier.web.support.pages import Ask, End, Enter, Home, Leave

app_name = "support"

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("demander/", Ask.as_view(), name="ask"),
    path("quitter/", Leave.as_view(), name="leave"),
    path("<uuid:pk>/entrer/", Enter.as_view(), name="enter"),
    path("<uuid:pk>/terminer/", End.as_view(), name="end"),
]
