"""The server of the preview: on this machine alone, for pages of its own alone."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType]  # trio's events are unknown

from quizgen.preview.build import Builder, Choice, described, view_of
from quizgen.resources import resource
from quizgen.writers.html import Layout, Paper

HOST = "127.0.0.1"

_POLICY = "content-security-policy"
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self';"
    " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
# The text of a bank never becomes script: no script runs in a sheet, whatever a template holds. The
# sheet itself says by a hash which style sheet it may have; a browser keeps to both.
_SHEET_POLICY = (
    "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " media-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
# What is no page, an error's text among it, does nothing if it is opened as one.
_DATA_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
_HEADERS = {
    _POLICY: _DATA_POLICY,
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_ASSETS = {
    "/": ("page.html", "text/html"),
    "/app.js": ("app.js", "text/javascript"),
    "/app.css": ("app.css", "text/css"),
}


class _Headers:
    """Gives every answer the headers that it has not, a refusal's as well."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Preview:
    """The application, and the watch over the files that it shows.

    `watched` gives the folders in which a change may matter, and is asked again after each.
    """

    def __init__(
        self, builder: Builder, first: Choice, watched: Callable[[], Iterable[Path]]
    ) -> None:
        self._builder = builder
        self._first = first
        self._watched = watched
        self._changes = 0
        self._changed = asyncio.Condition()
        self._stopping = asyncio.Event()
        routes = [Route(path, self._asset) for path in _ASSETS]
        routes += [
            Route("/build", self._build),
            Route("/sheet", self._sheet),
            Route("/events", self._events),
        ]
        # A page of elsewhere whose name is made to lead here is refused by its name.
        guard = Middleware(
            TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"], www_redirect=False
        )
        self.app = Starlette(
            routes=routes,
            middleware=[Middleware(_Headers), guard],
            lifespan=self._lifespan,
        )

    def stop(self) -> None:
        """Lets the open connections end."""
        self._stopping.set()

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncGenerator[None]:
        watch = asyncio.create_task(self._watch())
        yield
        self.stop()
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch

    async def _watch(self) -> None:
        """Tells of changes; the folders only become more, for what has gone may come back."""
        folders: set[Path] = set()
        built = -1
        while not self._stopping.is_set():
            before = len(folders)
            folders |= self._now()
            if not folders:
                await asyncio.sleep(1)
                continue
            late = before > 0
            async for changes in awatch(
                *folders, recursive=False, stop_event=self._stopping,
                rust_timeout=500, yield_on_timeout=True,
            ):  # fmt: skip
                # What changed while the watch was set up anew has not been told of.
                if changes or late:
                    late = False
                    await self._tell()
                # A build may have found other banks and media.
                if changes or built != self._builder.times:
                    built = self._builder.times
                    if not self._now() <= folders:
                        break

    def _now(self) -> set[Path]:
        return {folder.resolve() for folder in self._watched() if folder.is_dir()}

    async def _tell(self) -> None:
        self._builder.forget()
        async with self._changed:
            self._changes += 1
            self._changed.notify_all()

    async def _asset(self, request: Request) -> Response:
        name, kind = _ASSETS[request.url.path]
        data = (resource("templates") / "preview" / name).read_bytes()
        return Response(data, media_type=kind, headers={_POLICY: _PAGE_POLICY})

    async def _build(self, request: Request) -> Response:
        choice = self._choice(request)
        built = await run_in_threadpool(self._builder.build, choice)
        return JSONResponse(described(built, choice))

    async def _sheet(self, request: Request) -> Response:
        choice = self._choice(request)
        built = await run_in_threadpool(self._builder.build, choice)
        return Response(
            built.files.get(view_of(built, choice), b""),
            media_type="text/html",
            headers={_POLICY: _SHEET_POLICY},
        )

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self._messages(), media_type="text/event-stream")

    async def _messages(self) -> AsyncGenerator[str]:
        told = -1
        while not self._stopping.is_set():
            if told != self._changes:
                told = self._changes
                yield f"data: {told}\n\n"
            async with self._changed:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.5)

    def _choice(self, request: Request) -> Choice:
        """What the page asks for; what it does not say is as it was on the command line."""
        asked = request.query_params
        layout, paper = asked.get("layout"), asked.get("paper")
        return Choice(
            layout=layout if layout in {each.value for each in Layout} else self._first.layout,
            paper=paper if paper in {each.value for each in Paper} else self._first.paper,
            view=asked.get("view") or self._first.view,
        )


def listen(port: int) -> socket.socket:
    """A socket on the loopback interface; port 0 is any that is free. Raises OSError."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        found.bind((HOST, port))
        found.listen()  # from here on a browser is kept waiting rather than refused
    except OSError:
        found.close()
        raise
    return found


class _Server(uvicorn.Server):
    """Lets the connections on which the page waits for changes end before it waits for them."""

    def __init__(self, preview: Preview) -> None:
        config = uvicorn.Config(
            preview.app, log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=2,
        )  # fmt: skip
        super().__init__(config)
        self._preview = preview

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._preview.stop()
        super().handle_exit(sig, frame)


def serve(preview: Preview, listening: socket.socket) -> None:
    """Answers until the process is interrupted."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the ordinary end, not a failure
    with contextlib.suppress(KeyboardInterrupt):
        _Server(preview).run(sockets=[listening])
