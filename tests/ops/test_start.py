"""The demonstration and a real database are never taken for each other."""

import pytest

from ecoquartier.core.env import SettingError
from ecoquartier.ops.services.start import check_demo_mark
from ecoquartier.people.models import Installation


@pytest.fixture
def marked(db):
    return Installation.objects.create(is_demo=True)


@pytest.mark.parametrize("demo", [True, False])
def test_setting_that_agrees_with_the_database_starts(request, db, settings, demo):
    if demo:
        request.getfixturevalue("marked")
    settings.DEMO = demo
    check_demo_mark()


def test_demonstration_does_not_pass_for_real(marked, settings):
    settings.DEMO = False
    with pytest.raises(SettingError, match="est une démonstration.*DEMO=1"):
        check_demo_mark()


def test_real_database_does_not_open_in_one_click(db, settings):
    settings.DEMO = True
    with pytest.raises(SettingError, match="n’est pas une démonstration.*DEMO=0"):
        check_demo_mark()
