"""Giving back to a person what the platform holds of them, and of nobody else."""

import io
import json
import zipfile

import pytest
from django.core.management import call_command

from ecoquartier.accounts.services import export_data
from tests.support.erasure import EMAIL, NAME


def test_the_export_holds_what_was_done(editor):
    found = export_data(editor)
    assert found["people.User"] == [
        {
            "email": EMAIL,
            "pending_email": "",
            "full_name": NAME,
            "is_active": True,
            "created_at": found["people.User"][0]["created_at"],
            "last_login": found["people.User"][0]["last_login"],
        }
    ]
    assert {row["operation__name"] for row in found["operations.Claim"]} == {"Libre", "Libre aussi"}
    assert [row["event"] for row in found["journal.Entry"]] == ["claim.made", "claim.made"]
    assert "dossiers.Deposit" not in found
    json.dumps(found)


def test_the_export_is_of_one_person(editor, world):
    text = json.dumps(export_data(world.bureau), ensure_ascii=False)
    assert NAME not in text
    assert world.bureau.email in text


def test_the_command_writes_the_same_archive_as_the_page(editor, tmp_path):
    out, target = io.StringIO(), tmp_path / "copie.zip"
    call_command("export_person", EMAIL, zip=target, stdout=out)
    assert EMAIL in zipfile.ZipFile(target).read("donnees.json").decode()
    assert str(target) in out.getvalue()
    with pytest.raises(FileExistsError):
        call_command("export_person", EMAIL, zip=target)
