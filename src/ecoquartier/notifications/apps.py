from django.apps import AppConfig

from ecoquartier.core.registry import PersonalData, invariants, pending, personal_data


class NotificationsConfig(AppConfig):
    name = "ecoquartier.notifications"
    label = "notifications"
    verbose_name = "Messages"

    def ready(self) -> None:
        """Declare the messages of the outbox itself, and what waits for somebody whose address fails."""
        from ecoquartier.notifications import messages, queries  # noqa: F401, PLC0415 -- models are loaded only now

        pending.register("notifications", queries.work_of)
        invariants.register("grouped_messages_leave", queries.grouped_breaches)
        for key, held in {
            "notifications.Message": PersonalData(
                model="notifications.Message",
                person="recipient",
                holds="les messages reçus, et ceux où une personne est nommée",
                retention="tant que le compte existe",
                # Not the raw values: they may hold what the e-mail did not show.
                fields=("key", "subject", "body", "address", "created_at", "sent_at"),
                # Not a draft: it would tell that an announcement is being prepared (rule 15).
                told={"sent_at__isnull": False},
                deleted=True,
                words=("context", "subject", "body", "error"),
            ),
            "notifications.Preference": PersonalData(
                model="notifications.Preference",
                person="user",
                holds="la façon de recevoir les messages",
                retention="tant que le compte existe",
                fields=("family", "cadence"),
                deleted=True,
            ),
            "notifications.Bounce": PersonalData(
                model="notifications.Bounce",
                person="user",
                holds="l’adresse qui refuse les messages",
                retention="jusqu’à une autre adresse",
                fields=("address", "reason", "noted_at"),
                deleted=True,
                words=("reason",),
            ),
            **{
                f"notifications.{model}": PersonalData(
                    model=f"notifications.{model}",
                    person=person,
                    holds=holds,
                    retention="sans limite\u00a0: l’acte engage la plateforme",
                    fields=fields,
                    words=words,
                )
                for model, person, holds, fields, words in (
                    (
                        "Wording",
                        "written_by",
                        "les mots de messages qu’elle a écrits",
                        ("key", "subject", "body"),
                        ("subject", "body"),
                    ),
                    ("ReminderSchedule", "set_by", "les rappels qu’elle a réglés", ("days", "set_at"), ()),
                    (
                        "Letter",
                        "written_by",
                        "les lettres qu’elle a écrites",
                        ("subject", "text", "written_at"),
                        ("subject", "text", "group_name"),
                    ),
                )
            },
        }.items():
            personal_data.register(key, held)
