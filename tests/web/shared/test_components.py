"""Components: declared attributes, words beside every colour, nothing unescaped."""

import re

import pytest
from django.conf import settings as project
from django.template import Context, Template, TemplateSyntaxError

from ecoquartier.web.templatetags.components import figure

TEMPLATES = project.ROOT / "src" / "ecoquartier" / "web" / "templates"


def render(source, **context):
    return Template("{% load components %}" + source).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        '{% badge "x" colour="ok" %}',
        '{% stage_mark rank=1 label="x" size="big" %}',
        "{% stage_mark rank=1 %}",
        '{% card heading="x" %}{% endcard %}',
        '{% action label="x" url="/" class="btn" %}',
        '{% data_table columns="a" %}{% enddata_table %}',
        "{% stepper steps=steps current=1 colour=2 %}",
        '{% notice colour="ok" %}{% endnotice %}',
        '{% empty icon="x" %}{% endempty %}',
        '{% progress value=1 total=2 label="x" max=3 %}',
        '{% key_figure value="1" label="x" icon="y" %}',
        '{% form_block form=form submit="x" size="big" %}',
        '{% disclosure title="x" %}{% enddisclosure %}',
    ],
)
def test_an_unknown_or_missing_attribute_is_an_error(source):
    with pytest.raises(TemplateSyntaxError):
        render(source)


@pytest.mark.parametrize(
    "source",
    [
        '{% badge "x" tone="green" %}',
        '{% card tone="red" %}{% endcard %}',
        "{% card level=1 %}{% endcard %}",
        '{% action label="x" url="/" tone="primary" %}',
        '{% action label="x" url="/" method="put" %}',
        '{% stage_mark rank=-1 label="x" %}',
    ],
)
def test_a_mistyped_value_is_an_error(source):
    with pytest.raises(TemplateSyntaxError):
        render(source)


@pytest.mark.parametrize(
    ("rank", "total", "filled"),
    [
        (0, 4, 0),
        (1, 4, 1),
        (2, 4, 2),
        (3, 4, 3),
        (4, 4, 4),
        (1, 3, 2),
        (2, 3, 3),
        (3, 3, 4),
        (1, 2, 2),
        (1, 1, 4),
        (5, 4, 4),
    ],
)
def test_the_mark_fills_its_blocks_with_one_green(rank, total, filled):
    html = render("{% stage_mark rank=rank total=total label='Étape' %}", rank=rank, total=total)
    assert re.findall(r'class="stage-(\d)"', html) == [str(filled)] * filled
    assert html.count('class="is-empty"') == 4 - filled


def test_the_mark_never_goes_without_words():
    assert 'aria-hidden="true"' in render('{% stage_mark rank=2 label="Étape 2, chantier" %}')
    assert "<span>Étape 2, chantier</span>" in render('{% stage_mark rank=2 label="Étape 2, chantier" %}')
    assert 'role="img" aria-label="Étape 2"' in render('{% stage_mark rank=2 label="Étape 2" words=False %}')


def test_what_people_wrote_is_escaped():
    bad = "<b>'&"
    sources = (
        "{% badge bad %}",
        "{% card title=bad %}{{ bad }}{% endcard %}",
        "{% stage_mark rank=1 label=bad words=False %}",
        "{% message text=bad %}",
        "{% data_table caption=bad columns=bad %}<tr><td>{{ bad }}</td></tr>{% enddata_table %}",
        "{% definitions pairs %}",
        "{% action label=bad url=bad reason=bad %}",
        "{% timeline entries %}",
    )
    for source in sources:
        html = render(source, bad=bad, pairs=[(bad, bad)], entries=[{"title": bad, "text": bad}])
        assert "<b>" not in html
        assert "&lt;b&gt;" in html


def test_a_table_gives_each_cell_its_head():
    html = render(
        '{% data_table caption="Écarts" columns="Engagement|Écart#|" %}'
        '<tr class="x"><th scope="row">Eau</th><td>1</td><td><a href="#">Lire</a></td></tr>{% enddata_table %}'
    )
    body = re.search(r"<tbody.*</tbody>", html, re.S)[0]
    assert body == (
        '<tbody role="rowgroup"><tr role="row" class="x"><th role="rowheader" data-label="Engagement" scope="row">Eau'
        '</th><td role="cell" data-label="Écart" data-number>1</td><td role="cell"><a href="#">Lire</a></td></tr>'
        "</tbody>"
    )
    assert '<span class="visually-hidden">Actions</span>' in html


def test_a_closed_button_says_why_beside_it():
    html = render(
        '{% action label="Sceller" url="/x/" reason="Il manque 3 appréciations." %}'
        '{% action label="Déposer" url="/y/" reason="Il manque le plan." %}'
    )
    assert re.findall(r'disabled aria-describedby="(\S+)"', html) == ["raison-1", "raison-2"]
    assert '<span class="hint" id="raison-2">Il manque le plan.</span>' in html
    assert "/x/" not in html


def test_an_act_is_a_form_with_its_token():
    html = render(
        '{% action label="Déposer" url="/x/" method="post" fields=fields next="/y/" %}',
        fields={"choice": "label"},
        csrf_token="secret",
    )
    assert '<form class="action-form" method="post" action="/x/">' in html
    assert re.findall(r'name="(\w+)" value="([^"]+)"', html) == [
        ("csrfmiddlewaretoken", "secret"),
        ("choice", "label"),
        ("next", "/y/"),
    ]


def test_a_timeline_refuses_what_it_would_not_show():
    with pytest.raises(TemplateSyntaxError, match="no color"):
        render("{% timeline entries %}", entries=[{"title": "x", "color": "red"}])
    with pytest.raises(TemplateSyntaxError, match="state is"):
        render("{% timeline entries %}", entries=[{"title": "x", "state": "late"}])


def test_a_stepper_says_where_one_is():
    steps = [("Identité", "/a/"), ("Périmètre", "/b/"), ("Équipe", "")]
    html = render("{% stepper steps=steps current=2 %}", steps=steps)
    assert "Partie 2 sur 3" in html
    assert re.findall(r'<li class="is-(\w+)"', html) == ["done", "current", "todo"]
    assert re.findall(r'href="([^"]+)"', html) == ["/a/"]
    assert '<li class="is-current" aria-current="step"><span>Périmètre</span></li>' in html
    for wrong in (0, 4):
        with pytest.raises(TemplateSyntaxError, match="not between 1 and 3"):
            render("{% stepper steps=steps current=wrong %}", steps=steps, wrong=wrong)


def test_missing_values_are_said_to_be_missing():
    html = render("{% definitions pairs %}", pairs=[("Aménageur", ""), ("Logements", 0)])
    assert html.count("non renseigné") == 1
    assert "<dd>0</dd>" in html


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (84210, "84\u00a0210"), (1234.5, "1\u00a0234,5"), (-1000, "-1\u00a0000")]
)
def test_figures_are_french(value, shown):
    assert figure(value) == shown


def test_progress_reads_in_words():
    html = render('{% progress value=9 total=20 label="Indicateurs" %}')
    assert '<progress value="9" max="20" aria-label="Indicateurs">' in html
    assert "9 sur 20" in html


@pytest.mark.parametrize(
    "address", ["/composants/", "/composants/?erreurs=1", "/composants/?page=6&q=1", "/composants/confirmation/"]
)
def test_the_gallery_shows_everything_in_demonstration(client, settings, address, db):
    settings.DEMO = True
    response = client.get(address)
    assert response.status_code == 200
    ids = re.findall(r'\sid="([^"]+)"', response.content.decode())
    assert sorted(ids) == sorted(set(ids))


def test_every_component_is_in_the_gallery(client, settings, db):
    settings.DEMO = True
    shown = {
        template.name
        for address in ("/composants/", "/composants/?erreurs=1", "/composants/?page=6&q=1", "/composants/erreurs/404/")
        for template in client.get(address).templates
    }
    files = {path.relative_to(TEMPLATES).as_posix() for path in (TEMPLATES / "components").rglob("*.html")}
    # What the layout shows by itself, once a message waits or kept from an earlier page, and sets of forms.
    elsewhere = {f"components/{name}.html" for name in ("messages", "menu", "forms/formset")}
    assert files - shown - elsewhere == set()


def test_the_gallery_does_not_exist_in_production(client, settings, db):
    settings.DEMO = False
    assert client.get("/composants/").status_code == 404
