"""The signed head of each day: what makes a cut or a forged end visible."""

import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from joserfc import jws
from joserfc.jwk import ECKey

from ecoquartier.core import clock
from ecoquartier.core.keys import ALGORITHM, Purpose, signing_keys
from ecoquartier.journal.domain import GENESIS, Head, Link, chain_hash, sign, verify
from ecoquartier.journal.models import Entry
from ecoquartier.journal.models import Head as HeadRow
from ecoquartier.journal.queries import head_breaches, verify_chain
from ecoquartier.journal.services.heads import sign_head
from ecoquartier.journal.tasks import sign_daily_head
from tests.support.rings import declare, throwaway_ring


@pytest.fixture
def entries(world):
    world.submitted()
    return list(Entry.objects.order_by("seq"))


@pytest.fixture
def published(entries, tmp_path, client):
    """The file that somebody kept today."""
    sign_head()
    path = tmp_path / "journal.json"
    path.write_bytes(client.get("/.well-known/journal.json").content)
    return path


def rewrite(*statements):
    """What the owner of the database can do: lift the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("journal_entry", "journal_head"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in ("journal_entry", "journal_head"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def cut(after):
    rewrite(
        f"DELETE FROM journal_entrydetail WHERE entry_id > {after}",
        f"DELETE FROM journal_entry WHERE seq > {after}",
        "DELETE FROM journal_head",
    )


def forge_end(entries):
    """The last entry written again with care: other act, right hash."""
    last = entries[-1]
    last.event = "dossier.awarded"
    forged = chain_hash(last.link())
    rewrite(
        f"UPDATE journal_entry SET event = 'dossier.awarded', hash = '{forged}' WHERE seq = {last.seq}",
        "DELETE FROM journal_head",
    )


def verified(*heads):
    out = io.StringIO()
    call_command("verify_journal", *(["--head", *map(str, heads)] if heads else []), stdout=out)
    return out.getvalue().strip()


def test_one_head_a_day_is_signed(entries):
    head = sign_head()
    assert (head.seq, head.hash) == (len(entries), entries[-1].hash)
    assert sign_head() == head
    with clock.travel(clock.now() + timedelta(days=1)):
        assert sign_head().seq == head.seq
    assert HeadRow.objects.count() == 2
    assert head_breaches() == []


def test_an_empty_journal_has_no_head(db):
    assert sign_head() is None
    assert sign_daily_head() == 0


def test_the_job_of_the_worker_signs(entries):
    assert sign_daily_head() == len(entries)


def test_the_signature_is_that_of_the_three_values(entries):
    head = sign_head().published()
    key = signing_keys().active(Purpose.JOURNAL, clock.now())
    signed = jws.deserialize_compact(head["signature"], key.public, algorithms=[ALGORITHM])
    assert json.loads(signed.payload) == {name: head[name] for name in ("seq", "hash", "time")}
    assert signed.headers()["kid"] == head["kid"] == key.kid


def test_the_published_file_says_all_that_a_verifier_needs(entries, client):
    with clock.travel(clock.now() - timedelta(days=1)):
        sign_head()
    sign_head()
    response = client.get("/.well-known/journal.json")
    document = response.json()
    days = [head["time"][:10] for head in document["heads"]]
    assert days == sorted(days, reverse=True)
    assert len(days) == 2
    key = ECKey.import_key(document["keys"][0])
    assert key.thumbprint() == document["heads"][0]["kid"]
    jws.deserialize_compact(document["heads"][0]["signature"], key, algorithms=[ALGORITHM])
    assert "d" not in document["keys"][0]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert client.get("/.well-known/journal.json", headers={"if-none-match": response["ETag"]}).status_code == 304
    assert client.post("/.well-known/journal.json").status_code == 405


def test_an_honest_chain_agrees_with_what_was_published(entries, published):
    assert verified(published) == f"{len(entries)} entries, chain intact"


def test_the_chain_may_grow_after_a_head(world, entries, published):
    world.submitted()
    assert verified(published) == f"{Entry.objects.count()} entries, chain intact"


def test_a_cut_end_is_seen_only_with_a_head(entries, published):
    cut(len(entries) - 2)
    assert verified() == f"{len(entries) - 2} entries, chain intact"
    with pytest.raises(CommandError, match=f"entrée {len(entries) - 1}.*en comptait {len(entries)}"):
        verified(published)


def test_a_forged_end_is_seen_only_with_a_head(entries, published):
    forge_end(entries)
    assert verified() == f"{len(entries)} entries, chain intact"
    with pytest.raises(CommandError, match=f"entrée {len(entries)}.*tête du {clock.today()}"):
        verified(published)


def test_the_heads_of_the_table_are_compared_without_being_asked(entries):
    sign_head()
    rewrite(
        f"DELETE FROM journal_entrydetail WHERE entry_id = {len(entries)}",
        f"DELETE FROM journal_entry WHERE seq = {len(entries)}",
    )
    assert not verify_chain().intact
    assert head_breaches() != []


def test_a_head_alone_or_a_list_is_read_too(entries, published, tmp_path):
    heads = json.loads(published.read_bytes())["heads"]
    alone, listed = tmp_path / "alone.json", tmp_path / "listed.json"
    alone.write_text(json.dumps(heads[0]))
    listed.write_text(json.dumps(heads))
    assert verified(alone, listed, published) == f"{len(entries)} entries, chain intact"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "ne peut pas être lu"),
        ("{", "ne peut pas être lu"),
        ("[]", "aucune tête"),
        ("3", "aucune tête"),
        ('{"heads": [3]}', "aucune tête"),
        ('{"seq": 1}', "n’a pas la forme"),
        ('{"seq": "x", "time": "hier", "hash": "", "signature": ""}', "n’a pas la forme"),
        ('{"seq": 1, "time": "2026-01-01T00:00:00Z", "hash": "", "signature": "a.b.c"}', "n’a pas la forme"),
    ],
)
def test_a_file_that_is_no_head_is_refused(entries, tmp_path, text, problem):
    path = tmp_path / "head.json"
    path.write_text(text)
    with pytest.raises(CommandError, match=problem):
        verified(path)


def test_a_missing_file_is_refused(db, tmp_path):
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        verified(tmp_path / "absent.json")


@pytest.mark.parametrize("change", [{"seq": 1}, {"hash": "0" * 64}, {"time": "2020-01-01T00:00:00Z"}])
def test_a_head_whose_values_were_changed_proves_nothing(entries, published, change):
    document = json.loads(published.read_bytes())
    document["heads"][0] |= change
    published.write_text(json.dumps(document))
    with pytest.raises(CommandError, match="signature n’est pas celle de ses valeurs"):
        verified(published)


def test_a_head_signed_by_somebody_else_proves_nothing(entries, tmp_path):
    ring = throwaway_ring(tmp_path / "others")
    head = Head(entries[0].seq, entries[0].hash, clock.now())
    key = ring.active(Purpose.JOURNAL, clock.now())
    path = tmp_path / "head.json"
    path.write_text(json.dumps({**json.loads(head.payload()), "signature": sign(head, key)}))
    with pytest.raises(CommandError, match="autre clé"):
        verified(path)


def test_a_stolen_key_proves_nothing_and_hides_nothing(settings, entries, published, tmp_path):
    """Its heads are set aside, those of the table without a word and those of a file with one; the chain verifies."""
    ring = throwaway_ring(tmp_path / "keys")
    settings.SIGNING_KEYS = ring.folder
    with clock.travel(clock.now() + timedelta(days=1)):
        head = sign_head()
    path = tmp_path / "stolen.json"
    path.write_text(json.dumps(head.published()))
    rewrite("DELETE FROM journal_head WHERE day = (SELECT min(day) FROM journal_head)")
    assert verify_chain().intact
    declare(ring.of(Purpose.JOURNAL)[0], compromised_on=date(2026, 1, 1))
    assert verify_chain().intact
    with pytest.raises(CommandError, match="compromise"):
        verified(path)


def test_a_database_restored_without_its_keys_is_still_compared(settings, entries, tmp_path):
    sign_head()
    settings.SIGNING_KEYS = throwaway_ring(tmp_path / "new machine").folder
    assert verify_chain().intact
    rewrite(
        f"DELETE FROM journal_entrydetail WHERE entry_id = {len(entries)}",
        f"DELETE FROM journal_entry WHERE seq = {len(entries)}",
    )
    assert not verify_chain().intact


def test_a_head_under_another_day_is_found(entries):
    sign_head()
    rewrite("UPDATE journal_head SET day = day - 1")
    assert "signée le" in verify_chain().problem
    assert any("signée le" in breach for breach in head_breaches())


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal_head SET seq = 1", "DELETE FROM journal_head", "TRUNCATE journal_head"],
)
def test_heads_only_grow(entries, statement):
    sign_head()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert HeadRow.objects.count() == 1


# --- The chain itself, without a database -------------------------------------------------------------------------

AT = datetime(2026, 3, 1, tzinfo=UTC)


def chain(length):
    links, previous = [], GENESIS
    for seq in range(1, length + 1):
        link = Link(seq, previous, "x.done", "x.x", str(seq), "", "system:x", AT, AT, "now", {"n": seq}, "")
        previous = chain_hash(link)
        links.append((link, previous))
    return links


def test_entries_added_removed_or_in_another_order_are_found():
    links = chain(5)
    assert verify(links).count == 5
    for broken in (
        [links[0], links[2], links[1], *links[3:]],
        [*links[:2], *links[3:]],
        [*links[:3], links[2], *links[3:]],
        links[1:],
        [(links[0][0], "f" * 64), *links[1:]],
    ):
        assert not verify(broken).intact


def test_each_head_is_compared():
    links = chain(5)
    right = [Head(seq, links[seq - 1][1], AT) for seq in (2, 5)]
    assert verify(links, right).intact
    assert "tête du 2026-03-01" in verify(links, [*right, Head(2, "f" * 64, AT)]).problem
    assert verify(links[:4], right).problem.startswith("entrée 5")
