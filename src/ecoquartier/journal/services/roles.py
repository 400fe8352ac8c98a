"""What the role of the application may do in the database: work, and never rewrite.

The owner of the tables makes the migrations; the application connects as another role, so that nothing it runs can
take the triggers of the journal away or empty a table.
"""

from __future__ import annotations

from django.db import connection, transaction
from psycopg import sql

# Nobody changes these; triggers say so too, and these rights hold even where a trigger would be missing.
GROWING = {
    "journal_entry": "SELECT, INSERT",
    "journal_head": "SELECT, INSERT",
    "journal_entrydetail": "SELECT, INSERT, DELETE",  # erased with the person it names
    "dossiers_deposit": "SELECT, INSERT",
    "dossiers_citedfile": "SELECT, INSERT",
    "django_migrations": "SELECT",
}
# In the order that they run; {role} and {table} are names, {database} the one we are connected to.
RIGHTS = (
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
)
RIGHTS_OF_A_TABLE = (
    "REVOKE ALL ON {table} FROM {role}",
    "GRANT {rights} ON {table} TO {role}",
)


class OwnerAsked(Exception):
    """The role named owns the tables, or may do anything: it cannot be the one of the application."""


@transaction.atomic
def grant_app_role(role: str) -> int:
    """Give a role of the database what the application needs, and nothing more. To run as the owner, after `migrate`.

    Returns:
        The number of tables it may work with.

    Raises:
        LookupError: the database has no such role.
        OwnerAsked: the role owns a table, or is a superuser.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
        found = cursor.fetchone()
        if found is None:
            raise LookupError(role)
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND pg_has_role(%s, tableowner, 'MEMBER')",
            [role],
        )
        if found[0] or cursor.fetchone()[0]:
            raise OwnerAsked(role)
        names = {
            "role": sql.Identifier(role),
            "database": sql.Identifier(connection.settings_dict["NAME"]),
        }
        for statement in RIGHTS:
            cursor.execute(sql.SQL(statement).format(**names))
        for table, rights in GROWING.items():
            for statement in RIGHTS_OF_A_TABLE:
                cursor.execute(sql.SQL(statement).format(**names, table=sql.Identifier(table), rights=sql.SQL(rights)))
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        return cursor.fetchone()[0]
