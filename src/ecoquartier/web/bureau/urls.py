"""Pages of this portal."""

from django.urls import path

from ecoquartier.web.bureau import (
    ceremony,
    home,
    imports,
    journal,
    letters,
    messages,
    organisations,
    outbox,
    people,
    people_acts,
)

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
    path("personnes/", people.People.as_view(), name="people"),
    path("personnes/inviter/", people_acts.Invite.as_view(), name="invite"),
    path(
        "personnes/invitations/<uuid:pk>/retirer/",
        people_acts.WithdrawInvitation.as_view(),
        name="invitation-withdraw",
    ),
    path("personnes/roles/<int:pk>/terminer/", people_acts.EndRole.as_view(), name="role-end"),
    path("personnes/rattachements/<int:pk>/terminer/", people_acts.EndMembership.as_view(), name="membership-end"),
    path("personnes/<uuid:pk>/", people.PersonPage.as_view(), name="person"),
    path("personnes/<uuid:pk>/role/", people_acts.GrantRole.as_view(), name="role-grant"),
    path("personnes/<uuid:pk>/suspendre/", people_acts.Suspend.as_view(), name="person-suspend"),
    path("personnes/<uuid:pk>/retablir/", people_acts.Reinstate.as_view(), name="person-reinstate"),
    path("personnes/<uuid:pk>/fusionner/", people_acts.MergePeople.as_view(), name="person-merge"),
    path("organismes/", organisations.Organisations.as_view(), name="organisations"),
    path("organismes/ajouter/", organisations.AddOrganisation.as_view(), name="organisation-add"),
    path("organismes/<uuid:pk>/", organisations.OrganisationPage.as_view(), name="organisation"),
    path("organismes/<uuid:pk>/modifier/", organisations.EditOrganisation.as_view(), name="organisation-edit"),
    path("organismes/<uuid:pk>/rattacher/", organisations.Attach.as_view(), name="organisation-attach"),
    path("organismes/<uuid:pk>/fusionner/", organisations.MergeOrganisations.as_view(), name="organisation-merge"),
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
