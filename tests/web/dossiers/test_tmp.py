import pytest
from django.urls import NoReverseMatch
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.support.world import fresh
from ecoquartier.people.models import User

STATES = ["draft","submitted","admissible","under_expertise","assessed","awarded"]

@pytest.mark.parametrize("state", STATES + ["proposed", "adjourned"])
def test_walk(world, sign_in, state):
    if state in ("proposed","adjourned"):
        part, dossier = world.decided({"proposed":"propose","adjourned":"adjourn"}[state])
    else:
        part, dossier = getattr(world, state)()
    region = dossier.operation.lead_commune.county.region
    people = {
        "lead": part.lead, "elected": part.elected, "correspondent": world.correspondent, "coordinator": world.coordinator,
        "bureau": world.bureau, "expert0": world.cast.experts[0], "expert3": world.cast.experts[3],
        "member": world.cast.seat_holder(world.cast.commission(region), "member"),
        "secretary": world.cast.seat_holder(world.cast.commission(region), "secretary"),
    }
    for name, user in people.items():
        client = sign_in(user)
        with CaptureQueriesContext(connection, ) as ctx:
            try:
                response = client.get(f"/espace/dossiers/{dossier.pk}/")
            except NoReverseMatch as e:
                print(state, name, str(e)[:60]); continue
        print(state, name, response.status_code, len([q for q in ctx.captured_queries if not q["sql"].startswith(("SAVEPOINT","RELEASE"))]), len(response.content))
        for page in ["", "accord/","deposer/","recevabilite/","irrecevabilite/","complements/","rouvrir/","enregistrer/","sans-expertise/","transmettre/","retirer/","clore/","reprendre/","prolonger/","depots/1/"]:
            r = client.get(f"/espace/dossiers/{dossier.pk}/{page}")
            print("   ", page, r.status_code, end="")
        r = client.get("/espace/dossiers/")
        assert r.status_code == 200
        print()
