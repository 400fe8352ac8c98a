"""Pages of this portal."""

from django.urls import path

from ecoquartier.web.bureau import ceremony, home, imports, journal, letters, messages, outbox

app_name = "bureau"

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("ceremonie/<int:year>/", ceremony.CeremonyPage.as_view(), name="ceremony"),
    path("ceremonie/<int:year>/demander/", ceremony.Request.as_view(), name="ceremony-request"),
    path("ceremonie/<int:year>/annuler/", ceremony.Cancel.as_view(), name="ceremony-cancel"),
    path("ceremonie/<int:year>/confirmer/", ceremony.Confirm.as_view(), name="ceremony-confirm"),
    path("import/", imports.Upload.as_view(), name="import"),
    path("import/<uuid:key>/", imports.Preview.as_view(), name="import-preview"),
    path("import/<uuid:key>/rapport.csv", imports.Report.as_view(), name="import-report"),
    path("journal/", journal.Journal.as_view(), name="journal"),
    path("journal/verifier/", journal.Verify.as_view(), name="journal-verify"),
    path("messages/", outbox.Outbox.as_view(), name="outbox"),
    path("messages/<uuid:pk>/", outbox.MessagePage.as_view(), name="message"),
    path("messages/<uuid:pk>/renvoyer/", outbox.Retry.as_view(), name="message-retry"),
    path("messages/<uuid:pk>/considerer-envoye/", outbox.Settle.as_view(), name="message-settle"),
    path("messages/<uuid:pk>/annuler/", outbox.Cancel.as_view(), name="message-cancel"),
    path("messages/<uuid:pk>/noter-un-retour/", outbox.NoteBounce.as_view(), name="message-bounce"),
    path("messages/mots/", messages.Kinds.as_view(), name="kinds"),
    path("messages/mots/<slug:key>/", messages.KindPage.as_view(), name="kind"),
    path("messages/mots/<slug:key>/origine/", messages.Restore.as_view(), name="kind-restore"),
    path("messages/rappels/", messages.Reminders.as_view(), name="reminders"),
    path("messages/ecrire/", letters.Write.as_view(), name="letter-write"),
    path("messages/ecrire/<uuid:pk>/", letters.Change.as_view(), name="letter-change"),
    path("messages/ecrire/<uuid:pk>/envoyer/", letters.Send.as_view(), name="letter-send"),
]
