"""Pages that everybody may read."""

from django.urls import path

from ecoquartier.web.public.approach import Approach, Calendar, StagePage
from ecoquartier.web.public.contact import Contact
from ecoquartier.web.public.dates import CalendarFile
from ecoquartier.web.public.directory import Directory
from ecoquartier.web.public.directory_files import DirectoryFile
from ecoquartier.web.public.directory_map import MapFile
from ecoquartier.web.public.framework import FrameworkPage, Indicators, PrintedVersion, VersionPage
from ecoquartier.web.public.framework_commitment import CommitmentPage
from ecoquartier.web.public.framework_comparison import VersionComparison
from ecoquartier.web.public.framework_files import FrameworkDocument, FrameworkFile
from ecoquartier.web.public.health import Health, Readiness
from ecoquartier.web.public.home import Home
from ecoquartier.web.public.information import Accessibility, Help, Legal, Privacy, SitePlan
from ecoquartier.web.public.journal import JournalHeads
from ecoquartier.web.public.machines import DidDocument, Robots
from ecoquartier.web.public.photos import PublicPhoto
from ecoquartier.web.public.sheet import OperationSheet
from ecoquartier.web.public.site_map import SiteMap, SiteMapOperations, SiteMapPages
from ecoquartier.web.public.territories import CommuneSuggestions, Territories
from ecoquartier.web.public.verification import CertificateFile, CredentialFile, Verification, Verify
from ecoquartier.web.public.widget import OEmbed, Widget

app_name = "public"

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("demarche/", Approach.as_view(), name="approach"),
    path("demarche/calendrier/", Calendar.as_view(), name="calendar"),
    path("demarche/calendrier.ics", CalendarFile.as_view(), name="calendar-file"),
    path("demarche/calendrier/<int:year>/", Calendar.as_view(), name="calendar-year"),
    path("demarche/etapes/<int:rank>/", StagePage.as_view(), name="stage"),
    path("ecoquartiers/", Directory.as_view(), name="directory"),
    path("ecoquartiers/carte.json", MapFile.as_view(), name="directory-map"),
    path("ecoquartiers/selection.csv", DirectoryFile.as_view(format="csv"), name="directory-csv"),
    path("ecoquartiers/selection.ods", DirectoryFile.as_view(format="ods"), name="directory-ods"),
    path("ecoquartiers/selection.geojson", DirectoryFile.as_view(format="geojson"), name="directory-geojson"),
    path("ecoquartiers/<slug:slug>/", OperationSheet.as_view(), name="operation"),
    path("ecoquartiers/<slug:slug>/photos/<uuid:pk>/", PublicPhoto.as_view(), name="photo"),
    path("widget/<slug:slug>/", Widget.as_view(), name="widget"),
    path("oembed", OEmbed.as_view(), name="oembed"),
    path("referentiel/", FrameworkPage.as_view(), name="framework"),
    path("referentiel/comparer/", VersionComparison.as_view(), name="framework-comparison"),
    path("referentiel/<slug:code>/", VersionPage.as_view(), name="framework-version"),
    path("referentiel/<slug:code>/indicateurs/", Indicators.as_view(), name="framework-indicators"),
    path("referentiel/<slug:code>/imprimer/", PrintedVersion.as_view(), name="framework-print"),
    path("referentiel/<slug:code>/<int:number>/", CommitmentPage.as_view(), name="commitment"),
    path("referentiel/<slug:code>/referentiel.pdf", FrameworkDocument.as_view(), name="framework-pdf"),
    path("referentiel/<slug:code>/referentiel.ods", FrameworkFile.as_view(format="ods"), name="framework-ods"),
    path("referentiel/<slug:code>/referentiel.yaml", FrameworkFile.as_view(format="yaml"), name="framework-yaml"),
    path("verifier/", Verify.as_view(), name="verify"),
    path("verifier/<str:code>/", Verification.as_view(), name="verification"),
    path("verifier/<str:code>/certificat.pdf", CertificateFile.as_view(), name="certificate"),
    path("attestations/<uuid:pk>", CredentialFile.as_view(), name="credential"),
    path(".well-known/did.json", DidDocument.as_view(), name="did"),
    path(".well-known/journal.json", JournalHeads.as_view(), name="journal"),
    path("territoires/", Territories.as_view(), name="territories"),
    path("territoires/communes.json", CommuneSuggestions.as_view(), name="commune-suggestions"),
    path("contact/", Contact.as_view(), name="contact"),
    path("plan-du-site/", SitePlan.as_view(), name="site-plan"),
    path("aide/", Help.as_view(), name="help"),
    path("accessibilite/", Accessibility.as_view(), name="accessibility"),
    path("mentions-legales/", Legal.as_view(), name="legal"),
    path("donnees-personnelles/", Privacy.as_view(), name="privacy"),
    path("healthz", Health.as_view(), name="healthz"),
    path("readyz", Readiness.as_view(), name="readyz"),
    path("robots.txt", Robots.as_view(), name="robots"),
    path("sitemap.xml", SiteMap.as_view(), name="sitemap"),
    path("sitemap-pages.xml", SiteMapPages.as_view(), name="sitemap-pages"),
    path("sitemap-<int:number>.xml", SiteMapOperations.as_view(), name="sitemap-operations"),
]
