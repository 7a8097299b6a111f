from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import IntegrityError

from cameras.models.slugs import save_with_slug, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Front door", "front-door"), ("Кухня", "kukhnya"), ("…", ""), ("n" * 60, "n" * 50)],
)
def test_a_slug_is_the_name_in_latin_letters(name, slug):
    assert slug_of(name) == slug


def saved(row, *, taken):
    """The row, after others took these slugs while it was saved."""
    free = iter(["hall", "hall-2", "hall-3"])

    def save():
        if row.slug in taken:
            raise IntegrityError

    save_with_slug(row, save, free_slug=lambda _: next(free), is_taken=taken.__contains__)
    return row


@pytest.mark.django_db
def test_the_next_one_is_taken_where_somebody_was_quicker():
    assert saved(SimpleNamespace(name="Hall", slug=""), taken={"hall", "hall-2"}).slug == "hall-3"


@pytest.mark.django_db
def test_a_slug_that_was_chosen_is_no_other():
    with pytest.raises(IntegrityError):
        saved(SimpleNamespace(name="Hall", slug="porch"), taken={"porch"})


@pytest.mark.django_db
def test_what_else_the_database_refuses_is_told():
    row = SimpleNamespace(name="Hall", slug="")

    def save():
        raise IntegrityError("owner")

    with pytest.raises(IntegrityError, match="owner"):
        save_with_slug(row, save, free_slug=lambda _: "hall", is_taken=lambda _: False)
