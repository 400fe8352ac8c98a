"""The markup and the counting that every form inherits."""

import re
from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from ecoquartier.web.shared.forms import FilterForm, Form, MaxSigns, RadioCards, TextField, count_signs


class Sample(Form):
    name = forms.CharField(label="Nom", help_text="Le vôtre.")
    day = forms.DateField(label="Jour", required=False)
    moment = forms.DateTimeField(label="Moment", required=False)
    hour = forms.TimeField(label="Heure", required=False)
    plan = forms.FileField(label="Plan", required=False)
    answer = TextField(label="Réponse", limit=5, required=False)
    outcome = forms.ChoiceField(
        label="Avis", choices=[("a", "Oui"), ("b", "Non")], widget=RadioCards(hints={"b": "Avec des motifs."})
    )
    agreed = forms.BooleanField(label="J’accepte", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    groups = (("Vous", ("name", "day")),)


@pytest.mark.parametrize(
    ("written", "signs"), [("", 0), ("a b\u00a0c\n d", 4), ("été\t!", 4), ("\u202f \r\n", 0), ("👍🏽", 2)]
)
def test_signs_do_not_count_spaces(written, signs):
    assert count_signs(written) == signs


def test_a_text_may_reach_its_limit_and_not_pass_it():
    MaxSigns(5)("a b c d e")
    with pytest.raises(ValidationError) as refusal:
        MaxSigns(5)("a b c d e f")
    assert refusal.value.messages == ["Ce texte compte 6 signes sans les espaces\u00a0; 5 au plus."]


def test_a_label_a_hint_and_an_error_belong_to_their_field():
    html = str(Sample({"name": ""}))
    assert '<label for="id_name">Nom<span class="required-mark" aria-hidden="true"> *</span></label>' in html
    assert '<div class="hint" id="id_name_helptext">Le vôtre.</div>' in html
    assert '<ul class="field-errors" id="id_name_error">' in html
    field = re.search(r'<input[^>]+id="id_name"[^>]*>', html)[0]
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'aria-invalid="true"' in field


def test_errors_are_summed_up_above_and_lead_to_their_fields():
    form = Sample({"answer": "trop long"})
    form.add_error(None, "Le dépôt est fermé.")
    summary = re.search(r'<div class="error-summary".*?</div>', str(form), re.S)[0]
    assert "autofocus" in summary
    assert 'tabindex="-1"' in summary
    assert "4 points à corriger" in summary
    assert "<li>Le dépôt est fermé.</li>" in summary
    assert re.findall(r'href="#(\w+)"', summary) == ["id_name", "id_answer", "id_outcome_0"]


def test_a_form_without_error_has_no_summary():
    html = str(Sample())
    assert "error-summary" not in html
    assert "aria-invalid" not in html
    assert "Les champs marqués d’un * sont obligatoires." in html


def test_dates_use_the_pickers_of_the_browser():
    html = str(Sample(initial={"day": date(2027, 5, 15)}))
    assert '<input type="date" name="day" value="2027-05-15" id="id_day">' in html
    assert 'type="datetime-local"' in html
    assert 'type="time"' in html


@pytest.mark.parametrize("written", ["2027-05-15", "15/05/2027"])
def test_dates_are_read_from_pickers_and_from_hands(written):
    form = Sample({"name": "x", "outcome": "a", "day": written})
    assert form.is_valid()
    assert form.cleaned_data["day"].isoformat() == "2027-05-15"


def test_sections_come_first_and_every_field_once():
    html = str(Sample())
    assert re.findall(r"<legend>([^<]+)", html) == ["Vous", "Avis"]
    assert re.findall(r' id="id_(\w+?)(?:_0)?"', html).count("name") == 1
    assert html.index('id="id_day"') < html.index('id="id_moment"')
    assert html.count('name="token"') == 1


def test_a_counted_text_shows_its_count_without_script():
    html = str(Sample({"answer": "abc de f"})["answer"].as_field_group())
    assert "<span data-eq-count>6</span> / 5" in html
    assert 'class="counter is-over" id="id_answer_counter"' in html
    assert 'data-eq-counter="id_answer_counter"' in html
    assert 'aria-describedby="id_answer_error id_answer_counter"' in html


def test_equal_answers_carry_their_hint():
    html = str(Sample()["outcome"])
    assert 'aria-describedby="id_outcome_1_hint"' in html
    assert '<p class="hint" id="id_outcome_1_hint">Avec des motifs.</p>' in html
    assert html.count("<p") == 1


def test_a_form_of_django_is_rendered_too():
    class Foreign(forms.Form):
        email = forms.EmailField(label="Adresse")

    assert '<label for="id_email">Adresse' in str(Foreign())


def test_all_messages_are_sentences_with_their_field():
    form = Sample({"outcome": "a"})
    form.add_error(None, "Le dépôt est fermé.")
    assert form.all_messages() == ["Nom\u00a0: Ce champ est obligatoire.", "Le dépôt est fermé."]


class Typed(Form):
    text = forms.CharField()
    password = forms.CharField(widget=forms.PasswordInput)


def test_what_documents_cannot_print_is_left_out_and_named():
    form = Typed({"text": "\uf0b7 Le parc 🌳 est livré ✅", "password": "pass🌳word"})
    assert form.is_valid()
    assert form.cleaned_data == {"text": "• Le parc est livré ✔", "password": "pass🌳word"}
    assert form.lost == ["🌳"]


def test_letters_that_documents_cannot_print_are_refused_beside_their_field():
    form = Typed({"text": "Résidence 漢字 漢 🌳", "password": "漢字"})
    assert form.errors == {
        "text": ["Les documents ne savent pas imprimer ces lettres\u00a0: 漢 字. Écrivez-les en alphabet latin."]
    }
    assert form.cleaned_data == {"password": "漢字"}


def test_a_text_that_prints_is_kept_as_typed():
    form = Typed({"text": "L’îlot « Nord » : 12 m², cœur d’îlot…", "password": "x"})
    assert form.is_valid()
    assert form.cleaned_data["text"] == "L’îlot « Nord » : 12 m², cœur d’îlot…"
    assert form.lost == []


@pytest.mark.parametrize("typed", ["Le Clos\v\x01", "Le Clos\t\x07", "\x01\t Le\nClos \x1b", "Le\tClos\u00a0\x01"])
def test_a_line_ends_with_a_word_whatever_invisible_signs_came_with_it(typed):
    form = Typed({"text": typed, "password": "x"})
    assert form.is_valid()
    assert form.cleaned_data["text"] == "Le Clos"


class Filters(FilterForm):
    q = forms.CharField(label="Nom")
    tri = forms.ChoiceField(label="Tri", choices=[("", "Nom"), ("date", "Date")])

    def filter(self, rows):
        return rows


@pytest.mark.parametrize(
    ("data", "active"), [({}, []), ({"q": " "}, []), ({"q": "a"}, ["q"]), ({"tri": "date"}, []), ({"page": "2"}, [])]
)
def test_filters_know_which_are_in_use(data, active):
    form = Filters(data)
    assert form.is_valid()
    assert (form.active, form.is_active) == (active, bool(active))


def test_a_wrong_filter_counts_as_in_use():
    assert Filters({"tri": "zzz"}).active == ["tri"]


@pytest.mark.parametrize("kind", [Filters, Typed])
def test_a_nul_character_reaches_neither_the_database_nor_the_page(kind):
    sent = QueryDict("q=Les%00+Rives&text=Les%00+Rives&password=x&tri=%00")
    form = kind(sent)
    assert form.is_valid()
    assert "Les Rives" in form.cleaned_data.values()
    assert "\0" not in str(form)


class Named(Form):
    """A line and a text, both asked."""

    name = forms.CharField()
    text = forms.CharField(widget=forms.Textarea)


@pytest.mark.parametrize("invisible", ["\u200b\u200b", "\u2060", "\ufeff \u200b"])
def test_a_required_text_of_invisible_signs_is_missing(invisible):
    form = Named({"name": invisible, "text": "Oui"})
    assert form.errors == {"name": ["Ce champ est obligatoire."]}


def test_a_line_is_one_line_and_a_text_keeps_its_own():
    form = Named({"name": "Le Clos\r\ndes Noues", "text": "Un.\r\nDeux."})
    assert form.is_valid()
    assert form.cleaned_data == {"name": "Le Clos des Noues", "text": "Un.\nDeux."}
