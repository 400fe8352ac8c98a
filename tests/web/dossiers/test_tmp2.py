import re
from django.db import connection
from django.test.utils import CaptureQueriesContext

def show(client, dossier):
    with CaptureQueriesContext(connection) as ctx:
        client.get(f"/espace/dossiers/{dossier.pk}/")
    for q in ctx.captured_queries:
        s = re.sub(r'SELECT .*? FROM', 'SELECT … FROM', q["sql"])[:230]
        print("  ", s)

def test_q(world, sign_in):
    part, dossier = world.draft()
    print("LEAD DRAFT"); show(sign_in(part.lead), dossier)
    part, dossier = world.awarded()
    print("LEAD AWARDED"); show(sign_in(part.lead), dossier)
    print("CORR AWARDED"); show(sign_in(world.correspondent), dossier)
    print("EXPERT AWARDED"); show(sign_in(world.cast.experts[0]), dossier)
