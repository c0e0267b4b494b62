"""The desk as a web application: addresses, the thread in which pages are made, errors as pages; the one importer of Starlette."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk import pages_acting, pages_beside, pages_review
from desk.answers import Answer, Asked, Desk, Editor, File, Page, Sent, Shown
from desk.guard import SESSION, Access, Application, Guard, set_cookie
from desk.sessions import Session, Sessions
from groundwire import templating
from groundwire.clock import Clock
from groundwire.config import Publication
from groundwire.errors import GroundwireError, MoveError, NotFoundError
from groundwire.store.database import open_database
from publish import pipeline as publishing

logger = logging.getLogger("groundwire.desk")

PARTS: tuple[Any, ...] = (pages_review, pages_acting, *pages_beside.PARTS)
"""The modules of the desk's pages, in the order of the navigation: each has PAGES, and LINKS for the navigation."""

STATIC = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webp": "image/webp",
    "txt": "text/plain; charset=utf-8",
}
MOST_FIELDS = 1_000


class Newsdesk:
    """One desk: its publication, its sessions, and the single thread that reads and writes its database."""

    def __init__(self, publication: Publication, clock: Clock, reach: Access, sessions: Sessions, pages: Sequence[Any] = PARTS) -> None:
        self.publication, self.clock, self.reach, self.sessions = publication, clock, reach, sessions
        self.links = tuple(link for part in pages for link in part.LINKS)
        self.env = templating.environment("desk", publication.templates)
        self.static = _static(publication)
        self.thread = ThreadPoolExecutor(1, "desk")
        self.desk: Desk | None = None
        self.guard: Guard | None = None
        self.pages = tuple(page for part in pages for page in part.PAGES)

    def starlette(self) -> Starlette:
        """The application without its guard."""
        routes = [Route(page.path, self._endpoint(page), methods=[page.method]) for page in self.pages]
        entry = [
            Route("/start", self._start, methods=["GET"]),
            Route("/sign-in", self._who, methods=["GET"]),
            Route("/sign-in", self._sign_in, methods=["POST"]),
            Route("/sign-out", self._sign_out, methods=["POST"]),
            Route("/static/{name}", self._file, methods=["GET"]),
        ]
        handlers: dict[Any, Callable[[Request, Exception], Response | Awaitable[Response]]] = {
            HTTPException: self._http_error,
            GroundwireError: self._told,
            sqlite3.OperationalError: self._busy,
            Exception: self._bug,
        }
        return Starlette(routes=[*entry, *routes], exception_handlers=handlers, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        await self.in_thread(self._open)
        try:
            yield
        finally:
            await self.in_thread(self._close)
            self.thread.shutdown()

    def _open(self) -> None:
        self.desk = Desk(self.publication, self.clock, open_database(self.publication.database))

    def _close(self) -> None:
        if self.desk:
            self.desk.db.close()

    async def in_thread(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.thread, partial(function, *arguments))

    def _endpoint(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            session = _session(request)
            asked = await _asked(request, session)
            if page.method == "POST" and not _has_token(asked.form, session):
                raise HTTPException(403, "Nothing was changed: the form is not one of this session. Open its page anew and try again.")
            response: Response = await self.in_thread(self._answered, page, asked, session)
            return response

        return endpoint

    def _answered(self, page: Page, asked: Asked, session: Session) -> Response:
        """Make a page, in the desk's thread."""
        assert self.desk is not None
        return self.response(page.do(self.desk, asked), session, asked)

    def response(self, answer: Answer, session: Session | None, asked: Asked | None = None) -> Response:
        if isinstance(answer, Sent):
            if session:
                session.said = answer.said
            return RedirectResponse(quote(answer.to, safe="/?&=#%"), 303)
        if isinstance(answer, File):
            headers = {"content-disposition": f'attachment; filename="{answer.name}"'} if answer.name else {}
            headers |= {"content-security-policy": answer.policy} if answer.policy else {}
            return Response(answer.content, answer.status, headers, media_type=answer.kind)
        return Response(self._page(answer, session, asked), answer.status, media_type="text/html")

    def _page(self, shown: Shown, session: Session | None, asked: Asked | None) -> str:
        said, editor = "", None
        if session:
            editor = session.editor
            said, session.said = session.said, ""
        frame = {
            "site": self.publication.settings.site,
            "links": self.links,
            "editor": editor,
            "token": session.token if session else "",
            "said": said,
            "url": asked.url if asked else "",
            "part": bool(asked and asked.part),
        }
        text: str = self.env.get_template(shown.template).render(frame | dict(shown.values))
        return text

    # signing in

    async def _start(self, request: Request) -> Response:
        """Exchange the start token for a session."""
        if request.method != "GET":
            raise HTTPException(405)
        session: Session | None = request.scope[SESSION]
        if session is not None and session.entered:
            return RedirectResponse("/", 303)
        if not self.sessions.redeem(request.query_params.get("token", "")):
            raise HTTPException(403, "This start address is spent or wrong. Start `groundwire desk` again for a new one.")
        made = self.sessions.open(self._only_editor(), entered=True)
        return self._cookied(RedirectResponse("/" if made.editor else "/sign-in", 303), made)

    def _only_editor(self) -> Editor | None:
        return self.reach.editors[0] if len(self.reach.editors) == 1 else None

    async def _who(self, request: Request) -> Response:
        """The page that asks who sits there, and for the password where one is needed."""
        session: Session | None = request.scope[SESSION]
        if session is None and not self.reach.password:
            raise HTTPException(403, "Open the address that `groundwire desk` printed when it started; it lets one browser in, once.")
        made = session or self.sessions.open()
        return self._cookied(self._asks(made), made)

    def _asks(self, session: Session, trouble: str = "", status: int = 200) -> Response:
        values = {"editors": self.reach.editors, "password": bool(self.reach.password) and not session.entered, "trouble": trouble}
        return self.response(Shown("sign-in.html", values, status), session)

    async def _sign_in(self, request: Request) -> Response:
        session = _session(request)
        form = await _form(request)
        if not _has_token(form, session):
            raise HTTPException(403, "Nothing was changed: the form is not one of this session. Open its page anew and try again.")
        if not session.entered:
            trouble = await self._password(request, form.get("password", ""))
            if trouble:
                return self._asks(session, trouble, 403)
        named = " ".join(form.get("editor", "").split())[:120]
        editor = next((e for e in self.reach.editors if e.name == named), None)
        if editor is None and not self.reach.editors and named.isprintable() and named:
            editor = Editor(named)
        if editor is None:
            return self._asks(session, "Say who you are: the name goes on every decision.", 422)
        self.sessions.close(session)
        made = self.sessions.open(editor, entered=True)
        return self._cookied(RedirectResponse("/", 303), made)

    async def _password(self, request: Request, given: str) -> str | None:
        """Why a password does not open the door, or None when it does."""
        door = self.guard.door if self.guard else None
        peer = request.client.host if request.client else ""
        if door is None:
            return "Nobody can sign in here; open the address that `groundwire desk` printed."
        if door.waits(peer):
            return f"Too many wrong passwords from here; try again in {door.waits(peer):.0f} seconds."
        return None if await asyncio.to_thread(door.opens, peer, given) else "The password is wrong."

    async def _sign_out(self, request: Request) -> Response:
        session = _session(request)
        if not _has_token(await _form(request), session):
            raise HTTPException(403, "Nothing was changed: the form is not one of this session.")
        self.sessions.close(session)
        return RedirectResponse("/sign-in" if self.reach.password else "/", 303)

    def _cookied(self, response: Response, session: Session) -> Response:
        response.headers["set-cookie"] = set_cookie(self.reach, session)
        return response

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self.static:
            raise HTTPException(404)
        return Response(self.static[name], media_type=STATIC[name.rpartition(".")[2]], headers={"cache-control": "no-cache"})

    # errors

    def refusal(self, status: int, text: str) -> Application:
        """An application that answers nothing but an error."""

        async def answer(scope: Any, receive: Any, send: Any) -> None:
            await self._error(status, text, scope.get(SESSION))(scope, receive, send)

        return answer

    def _error(self, status: int, text: str, session: Session | None = None) -> Response:
        return self.response(
            Shown("error.html", {"status": status, "text": text, "title": TITLES.get(status, "That did not work")}, status), session
        )

    def _http_error(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        text = error.detail if error.detail not in ("Not Found", "Method Not Allowed") else PLAIN.get(error.status_code, error.detail)
        response = self._error(error.status_code, text, request.scope.get(SESSION))
        response.headers.update(error.headers or {})
        return response

    def _told(self, request: Request, error: Exception) -> Response:
        status = 404 if isinstance(error, NotFoundError) else 409 if isinstance(error, MoveError) else 503
        return self._error(status, str(error), request.scope.get(SESSION))

    def _busy(self, request: Request, error: Exception) -> Response:
        logger.warning("the database could not be used: %s", error)
        text = "The database is in use or cannot be written; nothing was changed. Try again in a moment."
        return self._error(503, text, request.scope.get(SESSION))

    def _bug(self, request: Request, error: Exception) -> Response:
        logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return self._error(
            500, "Something is wrong with the desk itself; the log says more. Nothing was changed.", request.scope.get(SESSION)
        )


TITLES = {
    403: "Not from here",
    404: "There is no such thing",
    405: "Not in this way",
    409: "That is not possible now",
    503: "Not at the moment",
}
PLAIN = {404: "There is no page at this address.", 405: "This address changes something, and is asked by a form of the desk alone."}


def application(publication: Publication, clock: Clock, reach: Access, sessions: Sessions) -> Guard:
    """The desk, guarded, as an ASGI application."""
    made = Newsdesk(publication, clock, reach, sessions)
    made.guard = Guard(made.starlette(), reach, sessions, made.refusal)
    return made.guard


def _session(request: Request) -> Session:
    session: Session | None = request.scope[SESSION]
    if session is None:
        raise HTTPException(403, "Nothing was changed: nobody is signed in.")
    return session


async def _asked(request: Request, session: Session) -> Asked:
    form = await _form(request) if request.method == "POST" else {}
    return Asked(
        editor=session.editor or Editor(""),
        token=session.token,
        path={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        form=form,
        part=request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true",
        url=request.url.path,
        opened=session.opened,
    )


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, the last value of each; files are no fields."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def _has_token(form: Any, session: Session) -> bool:
    from hmac import compare_digest

    return compare_digest(form.get("token", "").encode("utf-8", "surrogatepass"), session.token.encode())


def _static(publication: Publication) -> dict[str, bytes]:
    """The files beside the pages by name, the publication's own before the packaged; those of the site are there for previews."""
    folders = [templating.data_path("templates") / "desk/static", publication.templates / "desk/static"]
    found = {p.name: p.read_bytes() for f in folders if f.is_dir() for p in sorted(f.iterdir())}
    known = publishing.static(publication) | found
    return {name: content for name, content in known.items() if name.rpartition(".")[2] in STATIC}
