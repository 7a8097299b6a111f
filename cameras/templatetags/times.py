"""`{% blocktranslate with ago=key.created|ago %}made {{ ago }}{% endblocktranslate %}`: sentences
with a time in them."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter(expects_localtime=True)
def ago(time: datetime) -> SafeString:
    """How long ago it was, such as "2 days ago", with the exact time in the title."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        time.isoformat(),
        date_format(time, "DATETIME_FORMAT"),
        naturaltime(time),
    )
