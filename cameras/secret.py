from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.database import notes
from cameras.naming import validate_line

_TOUCH_EVERY = timedelta(minutes=1)


class Secret(models.Model):
    """A random secret of which only the digest is kept: it is shown once, when it is made."""

    PREFIX: ClassVar[str]
    MAX_NAME_LENGTH: ClassVar[int] = 100

    name = models.CharField(_("name"), max_length=MAX_NAME_LENGTH, validators=[validate_line])
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    last_used = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, **fields: Any) -> tuple[Self, str]:
        """A new row, saved, and its secret. Raises QuotaExceeded where there is no room for it."""
        row = cls(**fields)
        secret = row.generate()
        with transaction.atomic():
            row.check_quota()
            row.save()
        return row, secret

    @classmethod
    def valid(cls) -> models.QuerySet[Self]:
        return cls._default_manager.filter(revoked=None)

    @classmethod
    def find(cls, secret: str) -> Self | None:
        """The valid row of this secret, noted as used."""
        row = cls.valid().filter(digest=digest_of(secret)).first()
        if row is not None:
            row._touch()
        return row

    def generate(self) -> str:
        """Gives the row a new secret, in place of any earlier one, and leaves saving to others."""
        secret = self.PREFIX + secrets.token_urlsafe(32)
        self.digest = digest_of(secret)
        return secret

    def check_quota(self) -> None:
        """Raises QuotaExceeded where there are as many as there may be. In a transaction."""

    def revoke(self) -> None:
        if self.revoked is None:
            self.revoked = timezone.now()
            self.save(update_fields=["revoked"])

    def _touch(self) -> None:
        now = timezone.now()
        if self.last_used is None or now - self.last_used >= _TOUCH_EVERY:
            self.last_used = now
            # Not save(), which would announce a change of rights.
            row = type(self)._default_manager.filter(pk=self.pk)
            notes.write(lambda: row.update(last_used=now))


class OneTimeSecret(Secret):
    """A secret that works once, until it expires."""

    expires = models.DateTimeField(_("expires"))
    used = models.DateTimeField(_("used"), null=True)

    class Meta(Secret.Meta):
        abstract = True

    @classmethod
    def valid(cls) -> models.QuerySet[Self]:
        return super().valid().filter(used=None, expires__gt=timezone.now())

    def use_up(self) -> bool:
        """Whether it was still valid; of several who come at once, for one alone."""
        return bool(type(self).valid().filter(pk=self.pk).update(used=timezone.now()))


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    # JSON may bring lone surrogates, which plain UTF-8 refuses.
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
