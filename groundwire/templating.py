"""Jinja environments and packaged data files: the one importer of jinja2.

A file of the publication's own `templates/` stands before the packaged one of the same name.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from groundwire.errors import BuildError

_PACKAGE = Path(__file__).parent


def data_path(name: str) -> Path:
    """Where a packaged folder ("templates", "examples/wire") lies: inside the installed package, else in the checkout."""
    packaged = _PACKAGE / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def template_path(relative: str, own: Path | None) -> Path:
    """The file at a path under templates/, the publication's own before the packaged one."""
    if own and (own / relative).is_file():
        return own / relative
    return data_path("templates") / relative


def environment(kind: str, own: Path | None, *, filters: dict[str, Callable[..., Any]] | None = None, autoescape: bool = True) -> Any:
    """A Jinja environment over templates/KIND; an undefined name is an error. Only prompts, which are no markup, go without autoescape."""
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

    folders = [p for p in (own / kind if own else None, data_path("templates") / kind) if p and p.is_dir()]
    loader = ChoiceLoader([FileSystemLoader(str(p)) for p in folders])
    env = Environment(
        loader=loader,
        autoescape=autoescape,  # noqa: S701  (off for prompts alone)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(filters or {})
    return env


def render(env: Any, name: str, **values: Any) -> str:
    """One template filled in; raises BuildError naming the template and the line when it is wrong or names what there is not."""
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        text: str = env.get_template(name).render(**values)
    except TemplateSyntaxError as error:
        raise BuildError(f"templates: {error.name or name}, line {error.lineno}: {error.message}") from error
    except TemplateError as error:
        raise BuildError(f"templates: {name}: {error}") from error
    return text
