"""A folder or a URL -> the store there."""

from __future__ import annotations

import sys
from pathlib import Path

from podcast import DISTRIBUTION
from podcast.errors import WriteError
from podcast.files.store import Store


def open_store(where: str, folder: Path) -> Store:
    """The store in the folder or at the URL `where`; if `where` is empty, the store in `folder`.

    Files of a URL are copied to `folder` as well. What killed builds left of files is removed.
    Raises WriteError if the URL cannot be used.
    """
    store = _opened(where, folder)
    store.sweep()
    return store


def _opened(where: str, folder: Path) -> Store:
    if "://" not in where:
        return Store(Path(where or folder).absolute())
    try:
        from podcast.files.bucket import Bucket
    except ImportError as error:
        raise WriteError(
            f"a store at {where} needs more packages; run: {sys.executable} -m pip install "
            f"'{DISTRIBUTION}[cluster]'"
        ) from error
    bucket = Bucket(folder.absolute(), where)
    bucket.require_answer()
    return bucket
