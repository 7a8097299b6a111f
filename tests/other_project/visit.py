"""Sets the project up and uses it, then prints what came of it as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.contrib.staticfiles import finders  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from cameras import access, setup  # noqa: E402
from cameras.models import ApiToken, Grant  # noqa: E402
from cameras.signals import access_changed  # noqa: E402
from streaming import routing  # noqa: E402, F401
from streaming.backplane.announce import announce_access  # noqa: E402
from streaming.network import origins  # noqa: E402, F401
from streaming.process import ingest  # noqa: E402, F401
from tests.other_project.models import Person  # noqa: E402

PAGES = ("/", "/cameras/", "/cameras/?q=vera", "/account/", "/api/cameras/")


def visit() -> dict[str, object]:
    # Each would wait for Redis, where nobody is.
    access_changed.disconnect(announce_access)
    owner, _ = setup.ensure_owner()
    vera: Any = Person.objects.create_user("vera@example.org", "right")
    camera, _ = setup.ensure_camera(owner, "front-door", "Front door")
    _, secret = ApiToken.issue(user=owner, name="Script")
    program, client = Client(headers={"Authorization": f"Bearer {secret}"}), Client()
    client.force_login(owner)
    client.post(
        "/cameras/front-door/settings/",
        {"action": "share", "share-username": "vera@example.org", "share-role": "watch"},
    )
    announced: list[int | None] = []
    access_changed.connect(lambda user_id, **_: announced.append(user_id), weak=False)
    client.post("/sign-out/")
    vera.save()
    return {
        "grants": list(Grant.objects.values_list("user__email", flat=True)),
        "may_watch": access.watchable(vera).filter(pk=camera.pk).exists(),
        "announced": ["owner", "vera"] if announced == [owner.pk, vera.pk] else announced,
        "owner": program.get("/api/cameras/").json()["results"][0]["owner"],
        "signed_in": client.login(username="vera@example.org", password="right"),
        "policy": "default-src 'self'" in client.get("/").headers["Content-Security-Policy"],
        "script": finders.find("js/pages/wall/main.js") is not None,
        "languages": [_skip_link(client, language) for language in ("en", "de")],
        "pages": [client.get(path).status_code for path in PAGES],
        "of_skysentry": [name for name in sys.modules if name.partition(".")[0] == "skysentry"],
    }


def _skip_link(client: Client, language: str) -> str:
    page = client.get("/", headers={"accept-language": language}).content.decode()
    return page.partition('href="#content">')[2].partition("<")[0]


if __name__ == "__main__":
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("check", fail_level="WARNING", stdout=sys.stderr)
    json.dump(visit(), sys.stdout)
