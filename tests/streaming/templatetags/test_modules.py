from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from django.templatetags.static import static

from streaming.templatetags.modules import imports


@pytest.fixture
def modules(settings, tmp_path):
    """Writes modules among the static files."""
    settings.STATICFILES_DIRS = [tmp_path]
    imports.cache_clear()

    def write(**sources):
        for name, source in sources.items():
            (tmp_path / f"{name}.js").write_text(source)

    yield write
    imports.cache_clear()


def test_all_that_a_module_imports_is_known_the_nearest_first(modules):
    modules(
        a='import { b } from "./b.js";\nimport {\n  c,\n  d,\n} from "./c.js";\n',
        b='import "./d.js";\nexport const b = "./nothing.js";\n',
        c='export { d } from "./d.js";\nimport { a } from "./a.js";\n',
        d="export const d = 1;\n",
    )
    assert imports("a.js") == ("b.js", "c.js", "d.js")


def test_what_a_worker_needs_is_known_too(modules):
    modules(
        a='new Worker(new URL("./worker.js", import.meta.url), { type: "module" });\n',
        worker='import "./b.js";\n',
        b="",
    )
    assert imports("a.js") == ("worker.js", "b.js")


def test_what_types_alone_name_is_not_asked_for(modules):
    modules(a='/** @typedef {import("./b.js").B} B */\nconst b = await import("./b.js");\n')
    assert imports("a.js") == ()


def test_a_module_that_is_not_there_is_named(modules):
    modules(a='import "./b.js";\n')
    with pytest.raises(FileNotFoundError, match=r"b\.js"):
        imports("a.js")


def rendered(*entries):
    tags = "\n".join(f'{{% module "{entry}" %}}' for entry in entries)
    return Template("{% load modules %}" + tags).render(Context())


def test_a_page_asks_for_all_of_them_at_once():
    page = rendered("js/pages/viewer/main.js")
    links = re.findall(r'<link rel="modulepreload" href="/static/\w{12}/([^"]+)">', page)
    assert {"js/lib/dom.js", "js/watch/player.js", "js/watch/render/screens.js"} <= set(links)
    script = static("js/pages/viewer/main.js")
    assert page.endswith(f'<script type="module" src="{script}"></script>')


def test_a_viewer_asks_for_nothing_of_notifications_before_it_shows_a_picture():
    assert "js/pages/shared/notifications/watch.js" not in imports("js/pages/viewer/main.js")


def test_what_two_scripts_of_a_page_import_is_asked_for_once(modules):
    modules(a='import "./b.js";\n', b="", c='import "./a.js";\nimport "./b.js";\n')
    page = rendered("a.js", "c.js")
    assert page.count("modulepreload") == 1


def test_a_head_start_knows_socket_worker_and_camera(camera):
    page = Template("{% load modules %}{% head_start '/ws/watch/' camera %}")
    script = page.render(Context({"camera": camera}))
    worker = static("js/watch/render/render-worker.js")
    for value in (
        f'data-camera="{camera.pk}"',
        'data-socket="/ws/watch/"',
        f'data-worker="{worker}"',
    ):
        assert value in script


def test_the_texts_of_scripts_have_an_address_that_changes_with_them():
    page = Template("{% load modules %}{% texts %}").render(Context())
    assert re.fullmatch(
        r'<script src="/jsi18n/\?v=\w{12}" defer fetchpriority="high"></script>', page
    )
