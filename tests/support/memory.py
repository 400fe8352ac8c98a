"""What tests play again and again is played once: the rows that it wrote are remembered, then put back.

A dossier with its sealed reports costs hundreds of queries, and most tests begin with one. The first time that a
process plays it, what changed in the tables is kept as an SQL script, with the objects that were returned; the next
times, the script runs instead. Nothing is guessed: a call is put back only where playing would do exactly the same,
that is in the transaction of a test which wrote nothing by itself before, at the present time, with the settings of
all tests. Anywhere else it is played, and a test sees no difference but the time it takes.

One rule remains for who writes a test: do not replace (`monkeypatch`) what a remembered call uses.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import UserSettingsHolder, settings
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from psycopg import sql

from ecoquartier.core import clock

# The triggers that fill these tables fill them too when the rest is put back.
FILLED_BY_TRIGGERS = {"procrastinate_events"}
PLAIN = (str, int, bool, type(None))
MARK = "_situation"

Situation = tuple[Any, ...]


@dataclass(frozen=True)
class Memory:
    """A call that was played: the script that does the same in the tables, what it left in Python, the rows then."""

    script: str
    objects: bytes
    rows: dict[str, frozenset[str]]


_memories: dict[Situation, Memory] = {}


def forget() -> None:
    """Forget everything: the database was copied again, and gives the same numbers a second time."""
    _memories.clear()


def remembered(play: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a method of a world, or a function that takes a world, so that it is played once and then put back.

    What the world holds and what is returned must be copyable: plain values, models. A call that receives anything
    else than words and numbers is always played, for nobody knows what was done to it before.
    """

    @wraps(play)
    def played_once(self: Any, *args: Any, **kwargs: Any) -> Any:
        start = _situation(self)
        if start is None or not all(isinstance(value, PLAIN) for value in (*args, *kwargs.values())):
            return play(self, *args, **kwargs)
        end = (*start, play.__module__, play.__qualname__, args, tuple(sorted(kwargs.items())))
        if end not in _memories:
            outside, changes = _outside(), _changes()
            result = play(self, *args, **kwargs)
            if _outside() != outside:
                return result
            vars(self).pop(MARK, None)
            _memories[end] = _remember(start, changes, pickle.dumps((vars(self), result)))
        else:
            with connection.cursor() as cursor:
                cursor.execute(_memories[end].script)
        # Copied the first time too: all tests receive the same.
        state, result = pickle.loads(_memories[end].objects)  # noqa: S301 -- ours, of a moment ago
        vars(self).update(state | {MARK: (end, _changes())})
        return result

    return played_once


def _situation(player: Any) -> Situation | None:
    """What led to the present state of the tables, or None when something else did too."""
    moved = abs(clock.now() - timezone.now()) > timedelta(seconds=1)
    if moved or not connection.in_atomic_block or isinstance(settings._wrapped, UserSettingsHolder):
        return None
    if MARK in vars(player):
        situation, changes = vars(player)[MARK]
        return situation if changes == _changes() else None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
        wrote_nothing = cursor.fetchone()[0]
    situation = (clock.today(),)
    if wrote_nothing and situation not in _memories:
        _memories[situation] = Memory("", b"", _rows(_changes()))
    return situation if wrote_nothing else None


def _outside() -> tuple[int, ...]:
    """What a call may leave elsewhere than in the tables, and that is not put back."""
    return len(connection.run_on_commit), len(mail.outbox), *map(len, default_storage.listdir(""))


def _changes() -> dict[str, int]:
    """How many rows of each table were written until now; it only grows inside a transaction, even when undone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)"
            " + pg_stat_get_xact_tuples_deleted(oid)"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return dict(cursor.fetchall())


def _rows(tables: dict[str, int]) -> dict[str, frozenset[str]]:
    with connection.cursor() as cursor:
        found = {}
        for table in tables.keys() - FILLED_BY_TRIGGERS:
            cursor.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table)))
            found[table] = frozenset(row[0] for row in cursor.fetchall())
        return found


def _remember(start: Situation, before: dict[str, int], objects: bytes) -> Memory:
    """Compare the tables that were written with what they held at the start."""
    written = {table: count for table, count in _changes().items() if count != before[table]}
    old, new = _memories[start].rows, _rows(written)
    gone = [_delete(table, old[table] - rows) for table, rows in new.items() if old[table] - rows]
    come = [_insert(table, rows - old[table]) for table, rows in new.items() if rows - old[table]]
    # Keys between tables wait for the end of the transaction, unique ones do not.
    return Memory(sql.SQL("; ").join(gone + come).as_string(connection.connection), objects, old | new)


def _delete(table: str, rows: frozenset[str]) -> sql.Composable:
    return sql.SQL("DELETE FROM {0} t WHERE t::text = ANY({1})").format(sql.Identifier(table), sorted(rows))


def _insert(table: str, rows: frozenset[str]) -> sql.Composable:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' ORDER BY attnum",
            [f'"{table}"'],
        )
        columns = [name for (name,) in cursor.fetchall()]
    return sql.SQL("INSERT INTO {0} ({1}) OVERRIDING SYSTEM VALUE SELECT {2} FROM unnest({3}::{0}[]) r").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(sql.Identifier("r", name) for name in columns),
        sorted(rows),
    )
