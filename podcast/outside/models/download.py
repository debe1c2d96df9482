"""An address -> a file on this disk, whole and verified, however often the connection breaks.

The bytes that were received stay in the .part file; the next try, in this run or another, requests
the rest. The file is verified by the size and the checksum of the catalogue, not by a header.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from time import sleep
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from podcast.errors import ModelError
from podcast.outside.models import BLOCK, Source, file_digest

PATIENCE_SECONDS = 30.0  # the longest wait for the next byte
TRIES = 6  # successive tries that receive nothing, after which the download fails
BACK_OFF = 1.0  # seconds before the second try; the wait doubles before each further one
START = re.compile(r"bytes (\d+)-")

Received = Callable[[int], None]
"""A function that shows progress: it takes the number of received bytes of a file."""


def download(
    source: Source, url: str, part: Path, tell: Received, back_off: float = BACK_OFF
) -> None:
    """Download `source` from `url` to `part`, after the bytes that `part` holds already.

    Raises ModelError if the download fails or the file is not the listed one. A `part` that may
    be the beginning of the right file is kept.
    """
    most, idle = _size(part), 0
    tell(most)
    while _size(part) < source.size:
        reason = _fetch_rest(source, url, part, tell)
        idle = 0 if _size(part) > most else idle + 1
        most = max(most, _size(part))
        if idle == TRIES:
            raise ModelError(
                f"{url} breaks off at {_size(part)} of {source.size} bytes ({reason}); "
                "run the command again to go on from there"
            )
        if idle:
            sleep(back_off * 2 ** (idle - 1))
    require_right(part, source, url)


def _fetch_rest(source: Source, url: str, part: Path, tell: Received) -> str:
    """Append the bytes that the server sends to `part`; return the reason why they ended."""
    have = _size(part)
    range_header = {"Range": f"bytes={have}-"} if have else {}
    request = Request(url, headers={"Accept-Encoding": "identity", **range_header})
    try:
        with urlopen(request, timeout=PATIENCE_SECONDS) as response:  # nosec B310 # http(s), verified
            require_file(response, url)
            if have and not _starts_at(response, have):
                have = 0  # the server sends the file from its beginning
            _write(response, part, have, source.size, tell)
    except HTTPError as error:
        if error.code == 416 and have:  # RFC 9110, 15.5.17: the file is not longer than `part`
            part.unlink(missing_ok=True)
        elif error.code < 500 and error.code != 429:
            raise ModelError(f"{url} cannot be downloaded ({error.code} {error.reason})") from error
        return f"{error.code} {error.reason}"
    except (OSError, HTTPException, ValueError) as error:
        return str(getattr(error, "reason", None) or error) or type(error).__name__
    return "the connection ended"


def _write(response: HTTPResponse, part: Path, have: int, size: int, tell: Received) -> None:
    try:
        file = part.open("r+b" if part.exists() else "wb")
        file.truncate(have)
    except OSError as error:
        raise unwritable(part, error) from error
    with file:
        file.seek(have)
        while have < size and (block := response.read(min(BLOCK, size - have))):
            try:
                file.write(block)
                file.flush()
            except OSError as error:
                raise unwritable(part, error) from error
            have += len(block)
            tell(have)


def require_file(response: HTTPResponse, url: str) -> None:
    """Raise ModelError if the server sends a page instead of the file, such as a login."""
    kind = response.headers.get_content_type()
    if kind == "text/html":
        raise ModelError(f"{url} sends a page, not the file; open it in a browser to see why")


def _starts_at(response: HTTPResponse, have: int) -> bool:
    start = START.match(response.headers.get("Content-Range", ""))
    return response.status == 206 and start is not None and int(start[1]) == have


def require_right(path: Path, source: Source, origin: str) -> None:
    """Raise ModelError, and remove the file, unless its size and checksum are the listed ones."""
    stat = path.stat()
    digest = file_digest(path, stat.st_size, stat.st_mtime_ns)
    if (stat.st_size, digest) != (source.size, source.sha256):
        path.unlink()
        raise ModelError(
            f"{origin} is not the file that is listed (SHA-256 {digest[:12]}…, "
            f"not {source.sha256[:12]}…); nothing was installed"
        )


def unwritable(path: Path, error: OSError) -> ModelError:
    """The error for a file that cannot be written."""
    return ModelError(
        f"cannot write {path}: {error.strerror or error}; "
        "free some space, or name another folder in PODCAST_MODELS"
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
