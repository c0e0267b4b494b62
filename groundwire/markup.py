"""Pages from Jinja templates, compiled so that they cost little: the one importer of jinja2.

A template is read by Jinja and keeps Jinja's meaning. Before it is compiled, macros are put in the place of their calls and phrases
in the place of `_("...")`; what is compiled then reads attributes as Python does and escapes each value once. Where Jinja means
something else by an attribute (a key of a mapping, a name that is not defined), the template is rendered by Jinja as it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from keyword import iskeyword
from pathlib import Path
from typing import Any, TypeVar

import markupsafe
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from groundwire.errors import BuildError

SAY = "_"
"""The name of the function that says a phrase in the publication's own words."""

_plain_escape: Callable[[str], str] = getattr(markupsafe, "_escape_inner", escape)
_NEVER_INLINED = (nodes.Block, nodes.Import, nodes.FromImport, nodes.Include, nodes.Macro, nodes.Extends, nodes.ScopedEvalContextModifier)
_CALLER, _OWN_NAMES = "caller", frozenset({"varargs", "kwargs"})

N = TypeVar("N", bound=nodes.Node)


def escaped(value: object) -> str:
    """A value as markup: as it is when it is markup, else escaped."""
    kind = type(value)
    if kind is str:
        return _plain_escape(value)  # type: ignore[arg-type]
    if kind is int:
        return str(value)
    return value if kind is Markup else escape(value)  # type: ignore[return-value]


class Pages(Environment):
    """Templates whose pages are markup; an undefined name is an error."""

    def __init__(self, folders: Iterable[Path]) -> None:
        super().__init__(
            loader=ChoiceLoader([FileSystemLoader(str(p)) for p in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.code_generator_class = _Compiler
        self.escaped = escaped
        self._imported: dict[str, tuple[str, dict[str, nodes.Macro]]] = {}

    @cached_property
    def as_it_comes(self) -> Environment:
        """The same templates as Jinja itself renders them."""
        plain = Environment(loader=self.loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        plain.globals, plain.filters = self.globals, self.filters
        return plain

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = self.read(source, name, filename)
        shared = {i.target: self._macros_of(name) for i in tree.find_all(nodes.Import) if (name := _imported(i))}
        here = _macros(tree)
        tree.body = _Inliner(self, shared, here, _assigned(tree)).statements(tree.body)
        say: Any = self.globals.get(SAY)
        if say:
            _Phrases(say).visit(tree)
        return tree

    def read(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return super()._parse(source, name, filename)

    def _macros_of(self, name: str) -> dict[str, nodes.Macro]:
        if self.loader is None:
            return {}
        source, filename, _ = self.loader.get_source(self, name)
        known = self._imported.get(name)
        if known is None or known[0] != source:
            known = self._imported[name] = source, _macros(self.read(source, name, filename))
        return known[1]


def prompts(folders: Iterable[Path]) -> Environment:
    """Templates whose texts are no markup: nothing is escaped."""
    loader = ChoiceLoader([FileSystemLoader(str(p)) for p in folders])
    return Environment(loader=loader, autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701


def render(env: Environment, name: str, values: Mapping[str, Any]) -> str:
    """One template filled in; raises BuildError naming the template and the line when it is wrong or names what there is not."""
    try:
        try:
            return env.get_template(name).render(values)
        except AttributeError:
            if not isinstance(env, Pages):
                raise
            return env.as_it_comes.get_template(name).render(values)
    except TemplateSyntaxError as error:
        raise BuildError(f"templates: {error.name or name}, line {error.lineno}: {error.message}") from error
    except TemplateError as error:
        raise BuildError(f"templates: {name}: {error}") from error


def _imported(node: nodes.Import) -> str | None:
    """The template that is imported, when its macros see nothing of the page."""
    return str(node.template.value) if isinstance(node.template, nodes.Const) and not node.with_context else None


def _macros(tree: nodes.Template) -> dict[str, nodes.Macro]:
    return {node.name: node for node in tree.body if isinstance(node, nodes.Macro)}


def _assigned(node: nodes.Node) -> frozenset[str]:
    return frozenset(n.name for n in node.find_all(nodes.Name) if n.ctx in ("store", "param"))


def _read(found: Iterable[nodes.Node]) -> frozenset[str]:
    return frozenset(n.name for node in found for n in _names(node) if n.ctx == "load")


def _names(node: nodes.Node) -> Iterator[nodes.Name]:
    if isinstance(node, nodes.Name):
        yield node
    yield from node.find_all(nodes.Name)


def _copy(value: Any) -> Any:
    """A tree of nodes again, so that one place can be changed without the other."""
    if isinstance(value, list):
        return [_copy(item) for item in value]
    if not isinstance(value, nodes.Node):
        return value
    fresh = object.__new__(type(value))
    for name in value.fields:
        setattr(fresh, name, _copy(getattr(value, name)))
    for name in value.attributes:
        setattr(fresh, name, getattr(value, name))
    return fresh


class _Phrases(NodeTransformer):
    """A phrase that stands in the template is said once, when the template is compiled."""

    def __init__(self, say: Callable[[str], str]) -> None:
        self.say = say

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        self.generic_visit(node)
        phrase = node.args[0] if _says(node) and len(node.args) == 1 else None
        return nodes.Const(self.say(phrase.value), lineno=node.lineno) if isinstance(phrase, nodes.Const) else node


def _says(call: nodes.Call) -> bool:
    plain = not (call.kwargs or call.dyn_args or call.dyn_kwargs)
    return plain and isinstance(call.node, nodes.Name) and call.node.name == SAY


class _Inliner:
    """Puts macros in the place of their calls where that means the same."""

    def __init__(
        self,
        env: Environment,
        shared: Mapping[str, Mapping[str, nodes.Macro]],
        here: Mapping[str, nodes.Macro],
        taken: frozenset[str] | None,
        within: tuple[str, ...] = (),
        caller: list[nodes.Node] | None = None,
    ) -> None:
        self.env = env
        self.shared = shared
        self.here = here
        self.taken = taken
        """Names that the template itself assigns; None in a macro of another template, which sees global names alone."""
        self.within = within
        self.caller = caller

    def statements(self, body: list[nodes.Node]) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        for node in body:
            if isinstance(node, nodes.Output):
                found += self._output(node)
            elif isinstance(node, nodes.CallBlock):
                found += self._call_block(node)
            else:
                if not isinstance(node, nodes.ScopedEvalContextModifier):
                    self._inside(node)
                found.append(node)
        return found

    def _inside(self, node: nodes.Node) -> None:
        for name in ("body", "else_"):
            if isinstance(inner := getattr(node, name, None), list):
                setattr(node, name, self.statements(inner))
        for other in getattr(node, "elif_", ()):
            self._inside(other)

    def _output(self, node: nodes.Output) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        pending: list[nodes.Expr] = []
        for child in node.nodes:
            instead = self._instead(child) if isinstance(child, nodes.Call) else None
            if instead is None:
                pending.append(child)
                continue
            found += [nodes.Output(pending, lineno=node.lineno)] if pending else []
            found += instead
            pending = []
        return found + ([nodes.Output(pending, lineno=node.lineno)] if pending else [])

    def _call_block(self, node: nodes.CallBlock) -> list[nodes.Node]:
        node.body = self.statements(node.body)
        instead = self._instead(node.call, node.body) if not node.args else None
        return [node] if instead is None else instead

    def _instead(self, call: nodes.Call, caller: list[nodes.Node] | None = None) -> list[nodes.Node] | None:
        """What stands in the place of a call, or None when the call has to stay."""
        if self.caller is not None and isinstance(call.node, nodes.Name) and call.node.name == _CALLER and not (call.args or call.kwargs):
            return self.caller
        macro, imported = self._meant(call.node)
        if macro is None or call.dyn_args or call.dyn_kwargs or macro.name in self.within:
            return None
        bound = _bound(macro, call)
        if bound is None or next(macro.find_all(_NEVER_INLINED), None):
            return None
        taken = None if imported is not None else self.taken
        inner = _Inliner(self.env, {}, self.here if imported is None else imported, taken, (*self.within, macro.name), caller)
        if imported is None:
            inner.shared = self.shared
        body = inner.statements(_copy(macro.body))
        whole = nodes.With([nodes.Name(name, "param") for name in bound], list(bound.values()), body, lineno=call.lineno)
        return [whole] if self._means_the_same(whole, macro, caller, taken) else None

    def _meant(self, node: nodes.Expr) -> tuple[nodes.Macro | None, Mapping[str, nodes.Macro] | None]:
        """The macro that a name stands for, and the macros beside it when it is another template's."""
        if isinstance(node, nodes.Name):
            return self.here.get(node.name), None
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name in self.shared:
            return self.shared[node.node.name].get(node.attr), self.shared[node.node.name]
        return None, None

    def _means_the_same(self, whole: nodes.With, macro: nodes.Macro, caller: list[nodes.Node] | None, taken: frozenset[str] | None) -> bool:
        """Whether every name in the body of a macro means in the new place what it meant in the old one."""
        own = _assigned(macro)
        if caller is not None and _read(caller) & own:
            return False
        given = _read(caller or ())
        free = _read(whole.body) - _assigned(whole) - {"loop"}
        if free & (_OWN_NAMES | {_CALLER}) or free & self.here.keys():
            return False
        return not (free - given - self.env.globals.keys()) if taken is None else not ((free - given) & taken)


def _bound(macro: nodes.Macro, call: nodes.Call) -> dict[str, nodes.Expr] | None:
    """The values of a macro's parameters in a call; None when one is missing or not known."""
    names = [arg.name for arg in macro.args]
    if len(call.args) > len(names) or not all(isinstance(d, nodes.Const) for d in macro.defaults):
        return None
    given = dict(zip(names[len(names) - len(macro.defaults) :], macro.defaults, strict=True)) if macro.defaults else {}
    given |= dict(zip(names, call.args, strict=False)) | {k.key: k.value for k in call.kwargs}
    return {name: given[name] for name in names} if given.keys() == set(names) else None


class _Compiler(CodeGenerator):
    """Python for a template that reads attributes as Python does, escapes without wrapping, and gives out each template and each block in one piece."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        self.writeline("escaped = environment.escaped")
        super().visit_Template(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        if iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        if not _says(node):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def blockvisit(self, body: Iterable[nodes.Node], frame: Frame) -> None:
        if not (frame.block_frame or frame.rootlevel) or frame.buffer is not None:
            super().blockvisit(body, frame)
            return
        self.buffer(frame)
        super().blockvisit(body, frame)
        self.writeline(f"yield ''.join({frame.buffer})")
        frame.buffer = None

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("escaped(")
