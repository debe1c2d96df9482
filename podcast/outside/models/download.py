"""An address -> a file on this disk, whole and verified, however often the connection breaks.

What has come so far stays in the .part file; the next try, in this run or another, asks for the
rest. Lengths and answers of a server prove nothing: the size and checksum of the catalogue do.
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

PATIENCE_SECONDS = 30.0  # seconds without a byte
TRIES = 6  # that bring nothing new, one after the other
BACK_OFF = 1.0  # seconds before the second try, twice as many before each after it
START = re.compile(r"bytes (\d+)-")

Received = Callable[[int], None]
"""Told how many bytes of a file there are."""


def download(
    source: Source, url: str, part: Path, tell: Received, back_off: float = BACK_OFF
) -> None:
    """Bring `part` to what `source` says it is, from `url`, keeping what it holds already.

    Raises ModelError where that cannot be; a part that may still be right is kept.
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
    """Add to `part` what the server sends; why it stopped, where it did."""
    have = _size(part)
    asked = {"Range": f"bytes={have}-"} if have else {}
    request = Request(url, headers={"Accept-Encoding": "identity", **asked})
    try:
        with urlopen(request, timeout=PATIENCE_SECONDS) as response:  # nosec B310 # http(s), verified
            require_file(response, url)
            if have and not _starts_at(response, have):
                have = 0  # all of it is sent again
            _write(response, part, have, source.size, tell)
    except HTTPError as error:
        if error.code == 416 and have:  # it knows of nothing after what is here
            part.unlink(missing_ok=True)
        elif error.code < 500 and error.code != 429:
            raise ModelError(f"{url} is not to be had ({error.code} {error.reason})") from error
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
    """Raise ModelError where a page is sent instead of the file: a login, a notice."""
    kind = response.headers.get_content_type()
    if kind == "text/html":
        raise ModelError(f"{url} sends a page, not the file; open it in a browser to see why")


def _starts_at(response: HTTPResponse, have: int) -> bool:
    told = START.match(response.headers.get("Content-Range", ""))
    return response.status == 206 and told is not None and int(told[1]) == have


def require_right(path: Path, source: Source, origin: str) -> None:
    """Raise ModelError, and remove the file, unless it is the one that is listed."""
    told = path.stat()
    digest = file_digest(path, told.st_size, told.st_mtime_ns)
    if (told.st_size, digest) != (source.size, source.sha256):
        path.unlink()
        raise ModelError(
            f"{origin} is not the file that is listed (SHA-256 {digest[:12]}…, "
            f"not {source.sha256[:12]}…); nothing was installed"
        )


def unwritable(path: Path, error: OSError) -> ModelError:
    """What to say of a disk that will not have it."""
    return ModelError(
        f"cannot write {path}: {error.strerror or error}; "
        "free some space, or name another folder in PODCAST_MODELS"
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
