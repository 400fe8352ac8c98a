"""The address each message left for; what failed digests held waits again, what cancelled ones held is cancelled."""

from django.db import migrations

ADDRESSES = """
UPDATE notifications_message SET address = people_user.email FROM people_user
WHERE people_user.id = recipient_id AND claimed_at IS NOT NULL
"""
GROUPED = """
UPDATE notifications_message AS told SET digest_id = NULL,
    state = CASE digest.state WHEN 'failed' THEN 'waiting' ELSE 'cancelled' END,
    cancelled_because = CASE digest.state WHEN 'failed' THEN '' ELSE digest.cancelled_because END
FROM notifications_message AS digest
WHERE digest.id = told.digest_id AND told.state = 'grouped' AND digest.state IN ('failed', 'cancelled')
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_message_address")]

    operations = [
        migrations.RunSQL(ADDRESSES, migrations.RunSQL.noop),
        migrations.RunSQL(GROUPED, migrations.RunSQL.noop),
    ]
