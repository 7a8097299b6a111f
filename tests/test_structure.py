"""Tests mirror the packages: whoever knows the one knows where to look for the other."""

from __future__ import annotations

import ast
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("cameras", "skysentry", "streaming")
#: They wire others together, and are tried with what they wire.
WIRING = {"apps.py", "asgi.py", "urls.py"}
#: Tested by a file of another name, which says what it tries rather than where that stands.
ELSEWHERE = {
    "cameras/access/audit.py": "cameras/test_audit.py",
    "cameras/access/groups.py": "cameras/test_groups.py",
    "cameras/access/sharing.py": "cameras/test_shares.py",
    "cameras/api/reference.py": "cameras/api/test_schema.py",
    "cameras/identity.py": "cameras/access/test_identity.py",
    "cameras/models/secrets.py": "cameras/test_secret.py",
    "cameras/signals.py": "cameras/test_receivers.py",
    "cameras/postgresql/base.py": "cameras/test_postgresql.py",
    "cameras/export.py": "cameras/admin/test_export.py",
    "cameras/models/sign_in.py": "cameras/test_passkeys.py",
    "cameras/pages/forms.py": "cameras/pages/test_settings.py",
    "cameras/pages/password_form.py": "cameras/pages/test_account.py",
    "cameras/pages/requests.py": "cameras/pages/test_access.py",
    "cameras/pages/secrets.py": "cameras/pages/test_account.py",
    "cameras/pages/source_form.py": "cameras/pages/test_sources.py",
    "cameras/pages/views.py": "cameras/pages/test_cameras.py",
    "streaming/api/serializers.py": "streaming/api/test_stats.py",
    "streaming/backplane/client.py": "streaming/backplane/test_connection.py",
    "streaming/backplane/server_time.py": "streaming/backplane/test_clock.py",
    "streaming/limits.py": "streaming/domain/test_limits.py",
    "streaming/settings_kinds.py": "streaming/test_conf.py",
    "streaming/domain/codecs/codec.py": "streaming/domain/codecs/test_codecs.py",
    "streaming/domain/rtp/units.py": "streaming/domain/rtp/test_h264.py",
    "streaming/management/commands/demo_camera.py": "streaming/management/commands/test_serve.py",
    "streaming/management/commands/ingest.py": "streaming/management/commands/test_serve.py",
    "streaming/management/commands/migrate.py": "streaming/supervision/test_exclusive.py",
    "streaming/management/commands/pull.py": "streaming/management/commands/test_serve.py",
    "streaming/network/later.py": "streaming/network/test_socket_limits.py",
    "streaming/protocol/doctor.py": "streaming/doctor/test_consumer.py",
    "streaming/process/pull.py": "streaming/publish/pull/test_puller.py",
    "streaming/process/web.py": "streaming/process/test_node.py",
    "streaming/publish/pull/media.py": "streaming/publish/pull/test_http.py",
    "streaming/publish/pull/pulled.py": "streaming/publish/pull/test_puller.py",
    "streaming/publish/push/pusher.py": "streaming/publish/push/test_door.py",
    "streaming/publish/webrtc/guard/wrapper.py": "streaming/publish/webrtc/guard/test_install.py",
    "streaming/publish/webrtc/peer.py": "streaming/publish/webrtc/test_messages.py",
    "streaming/servers/daphne.py": "streaming/servers/test_servers.py",
    "streaming/servers/daphne_protocols.py": "streaming/servers/test_limits.py",
    "streaming/servers/uvicorn/direct.py": "streaming/servers/test_direct_write.py",
    "streaming/servers/uvicorn/http.py": "streaming/servers/test_limits.py",
    "streaming/servers/uvicorn/server.py": "streaming/servers/test_servers.py",
    "streaming/servers/uvicorn/websocket.py": "streaming/servers/test_limits.py",
    "streaming/supervision/life.py": "streaming/supervision/test_supervisor.py",
    "streaming/supervision/process.py": "streaming/supervision/test_lifeline.py",
    "streaming/watch/connection.py": "streaming/servers/test_direct_write.py",
}


def modules() -> list[str]:
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return sorted(
        str(path.relative_to(ROOT))
        for path in found
        if "migrations" not in path.parts and path.name not in WIRING and _is_code(path)
    )


def _is_code(path: Path) -> bool:
    """Whether it has more than words and what it hands on from others."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return any(isinstance(each, kinds) for each in ast.parse(path.read_text()).body)


@pytest.mark.parametrize("module", modules())
def test_each_module_has_its_tests(module: str) -> None:
    path = ROOT / "tests" / module
    # Of a package's own code, beside the tests of its modules.
    name = path.parent.name if path.name == "__init__.py" else path.stem
    assert path.with_name(f"test_{name}.py").exists() or module in ELSEWHERE


@pytest.mark.parametrize(("module", "tests"), ELSEWHERE.items())
def test_what_is_tested_elsewhere_is(module: str, tests: str) -> None:
    path = ROOT / "tests" / module
    assert (ROOT / module).exists()
    assert (ROOT / "tests" / tests).exists()
    assert not path.with_name(f"test_{path.name}").exists()


def drawings() -> list[Path]:
    return sorted((ROOT / "static").rglob("*.svg"))


@pytest.mark.parametrize("drawing", drawings(), ids=lambda path: path.name)
def test_each_drawing_is_drawn(drawing: Path) -> None:
    """Browsers leave out one of another namespace, and say nothing."""
    assert ElementTree.parse(drawing).getroot().tag == "{http://www.w3.org/2000/svg}svg"
