"""What somebody does in the admin."""

from __future__ import annotations

import re
from datetime import timedelta

from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from cameras.models import CaptureSession, Transport

#: When the sessions of `session` began.
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


def listed(model):
    return reverse(f"admin:cameras_{model}_changelist")


def add(model):
    return reverse(f"admin:cameras_{model}_add")


def change(row):
    return reverse(f"admin:cameras_{row._meta.model_name}_change", args=[row.pk])


def choose(client, model, action, *rows):
    """Presses "Go"."""
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(listed(model), data)


def run(client, model, action, *rows):
    """Presses "Go", and "Yes" where one is asked."""
    response = choose(client, model, action, *rows)
    if response.status_code != 200:
        return response
    inputs = re.findall(r'<input type="hidden" name="(.+?)" value="(.+?)">', text(response))
    data = {name: [value for other, value in inputs if other == name] for name, _ in inputs}
    return client.post(listed(model), data)


def text(response):
    return response.content.decode()


def messages(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def secrets_in(text):
    return re.findall(r"ss(?:pk|at)_[-\w]{43}", text)


def camera_form(camera, **changes):
    kept = ["name", "slug", "location", "notes", "visibility", "width", "height"]
    kept += ["frame_rate", "quality", "delivery", "codec"]
    form = {name: getattr(camera, name) for name in kept}
    for inline, rows in ("grants", camera.grants.all()), ("publish_keys", ()):
        form |= {f"{inline}-TOTAL_FORMS": len(rows), f"{inline}-INITIAL_FORMS": len(rows)}
        for index, row in enumerate(rows):
            form[f"{inline}-{index}-id"] = row.pk
            form[f"{inline}-{index}-camera"] = camera.pk
            form[f"{inline}-{index}-role"] = row.role
    return {**form, "owner": camera.owner_id, "enabled": "on", **changes}


def session(camera, **facts):
    known = {"transport": Transport.WEBRTC, "started": NOON, "last_seen": NOON, "publisher": "kim"}
    if "end_reason" in facts:
        known["ended"] = NOON + timedelta(hours=25, minutes=1, seconds=5)
    return CaptureSession.objects.create(camera=camera, **{**known, **facts})
