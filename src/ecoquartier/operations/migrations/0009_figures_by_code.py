from django.db import migrations

# Each runs again without harm: it says what the other side holds.
GATHER = """
    UPDATE operations_operation SET figures = jsonb_strip_nulls(jsonb_build_object(
        'area_ha', area_ha::text,
        'dwellings', dwellings,
        'social_dwellings', social_dwellings,
        'inhabitants', inhabitants
    ))
"""
SPREAD = """
    UPDATE operations_operation SET
        area_ha = (figures->>'area_ha')::numeric,
        dwellings = (figures->>'dwellings')::integer,
        social_dwellings = (figures->>'social_dwellings')::integer,
        inhabitants = (figures->>'inhabitants')::integer
"""


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0008_programme_figures"),
    ]

    operations = [migrations.RunSQL(GATHER, SPREAD)]
