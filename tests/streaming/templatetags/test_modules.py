from __future__ import annotations

import re

import pytest
from django.template import Context, Template

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


def test_a_page_asks_for_all_of_them_at_once():
    page = Template('{% load modules %}{% module "js/pages/viewer/main.js" %}').render(Context())
    links = re.findall(r'<link rel="modulepreload" href="/static/([^"]+)">', page)
    assert {"js/lib/dom.js", "js/watch/player.js", "js/watch/render/screens.js"} <= set(links)
    assert page.endswith('<script type="module" src="/static/js/pages/viewer/main.js"></script>')
