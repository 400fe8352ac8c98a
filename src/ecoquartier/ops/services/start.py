"""What must be true before anything is served."""

from django.conf import settings

from ecoquartier.core.env import SettingError
from ecoquartier.people.queries import is_demo_database


def check_demo_mark() -> None:
    """Refuse a demonstration that says it is real, and a real database that would open in one click.

    Raises:
        SettingError: `DEMO` and the mark that `load_demo` wrote in the database disagree.
    """
    marked = is_demo_database()
    if marked and not settings.DEMO:
        raise SettingError(
            "Cette base est une démonstration\u00a0: écrivez DEMO=1, "
            "ou désignez une autre base avec DATABASE_URL ou DATA_DIR."
        )
    if settings.DEMO and not marked:
        raise SettingError(
            "Cette base n’est pas une démonstration\u00a0: écrivez DEMO=0, "
            "ou chargez la démonstration dans une base vide avec «\u00a0manage.py load_demo\u00a0»."
        )
