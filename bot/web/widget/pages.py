"""Serves the widget: its script, its files by version, its texts, and the page for an iframe."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from html import escape

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.clock import today
from bot.knowledge.answers import fill
from bot.knowledge.topics import load_topics
from bot.web.errors import error_response
from bot.web.services import ServicesHere
from bot.web.widget.files import LOADER, SOURCES, WidgetFile, WidgetFiles
from bot.web.widget.texts import load_widget_texts, telephones

# The files hold nothing of anybody: every page may load them. Who may talk to the API is for ALLOWED_ORIGINS.
PUBLIC = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Vary": "Accept-Encoding"}
FOREVER = "public, max-age=31536000, immutable"
CHECK_FIRST = "no-cache"
router = APIRouter(include_in_schema=False)


@lru_cache
def widget_files() -> WidgetFiles:
    """Return the files of this process."""
    return WidgetFiles()


@router.api_route("/widget.js", methods=["GET", "HEAD"])
def loader(request: Request) -> Response:
    """Return the newest loader; browsers ask each time whether it changed."""
    return _send(request, widget_files().loader, CHECK_FIRST)


@router.get("/widget/texts.json")
def texts(request: Request) -> Response:
    """Return the texts of the chat, and the telephone numbers that may become a link."""
    on = today()
    body = {**load_widget_texts().of_chat(on), "telephones": telephones(on)}
    return JSONResponse(body, headers={**PUBLIC, "Cache-Control": "public, max-age=300"})


@router.get("/widget/embed.json")
def embed(request: Request) -> Response:
    """Return the address of this version with its hash, for a page that wants to check what it loads."""
    files = widget_files()
    path = f"/widget/{files.version}/{LOADER}"
    body = {"version": files.version, "path": path, "integrity": files.loader.integrity}
    return JSONResponse(body, headers={**PUBLIC, "Cache-Control": CHECK_FIRST})


@router.get("/widget/topics/{topic_id}")
def topic(topic_id: str, request: Request) -> Response:
    """Return the title of a topic, for a page that asks about it."""
    found = load_topics().topics.get(topic_id)
    if found is None:
        response = error_response(request, 404, "niet_gevonden")
        response.headers.update(PUBLIC)
        return response
    return JSONResponse({"topic": topic_id, "title": found.title}, headers={**PUBLIC, "Cache-Control": "public, max-age=300"})


@router.get("/widget/frame")
def frame(request: Request, services: ServicesHere) -> HTMLResponse:
    """Return the page for an iframe: only the chat. The origins that may show it are those that may use the API."""
    origins = services.settings.allowed_origins
    values = {"origins": escape(" ".join(origins)), "title": escape(load_widget_texts().of_chat(today())["title"])}
    page = fill((SOURCES.parent / "frame.html").read_text(encoding="utf-8"), values)
    around = " ".join(["'self'", *origins])
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
        f"form-action 'self'; frame-ancestors {around}"
    )
    headers = {"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": CHECK_FIRST}
    return HTMLResponse(page, headers=headers)


@router.get("/widget/{version}/{name}")
def versioned(version: str, name: str, request: Request) -> Response:
    """Return a file of a version; it never changes."""
    file = widget_files().get(version, name)
    return error_response(request, 404, "niet_gevonden") if file is None else _send(request, file, FOREVER)


def _send(request: Request, file: WidgetFile, caching: str) -> Response:
    """Return a file, compressed where the browser can read that; nothing when the browser has it already."""
    tag = f'"{hashlib.sha256(file.content).hexdigest()[:24]}"'
    headers = {**PUBLIC, "Cache-Control": caching, "ETag": tag}
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(_compressed(file), media_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.content, media_type=file.media_type, headers=headers)


@lru_cache(maxsize=64)
def _compressed(file: WidgetFile) -> bytes:
    """Return a file compressed, worked out once."""
    return file.compressed
