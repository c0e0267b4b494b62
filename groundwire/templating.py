"""Templates and packaged data files. A file of the publication's own `templates/` stands before the packaged one of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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


def environment(kind: str, own: Path | None, *, autoescape: bool = True) -> Any:
    """A Jinja environment over templates/KIND; an undefined name is an error. Only prompts, which are no markup, go without autoescape."""
    from groundwire import markup

    folders = [p for p in (own / kind if own else None, data_path("templates") / kind) if p and p.is_dir()]
    return markup.Pages(folders) if autoescape else markup.prompts(folders)


def render(env: Any, name: str, **values: Any) -> str:
    """One template filled in; raises BuildError naming the template and the line when it is wrong or names what there is not."""
    from groundwire import markup

    return markup.render(env, name, values)
