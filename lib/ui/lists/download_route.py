"""The address to download a list from: streamed from disk, once, with its token."""

from pathlib import Path

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from lib.services.lists.download_links import LINKS
from lib.ui.private_files import PRIVATE

PATH = "/download"
_GONE = (
    "This link has already been used, or it's more than ten minutes old.\n"
    "Go back to Lists and press Download again.\n"
)


def path_of(token: str) -> str:
    """The address of a prepared file on this server."""
    return f"{PATH}/{token}"


async def _fetch(request: Request) -> Response:
    if request.method != "GET":  # reading the headers must not use up the link
        return PlainTextResponse("Use GET.\n", 405, {**PRIVATE, "Allow": "GET"})
    file = LINKS.redeem(request.path_params["token"])
    if file is None or not await run_in_threadpool(file.path.exists):
        return PlainTextResponse(_GONE, 410, PRIVATE)
    return FileResponse(
        file.path,
        media_type=file.media_type,
        filename=file.name,
        headers=PRIVATE,
        background=BackgroundTask(_delete, file.path),
    )


def _delete(path: Path) -> None:
    path.unlink(missing_ok=True)


download_route = Route(f"{PATH}/{{token}}", _fetch)
