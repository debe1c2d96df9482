"""A folder or a URL -> the store that lies there."""

from __future__ import annotations

import sys
from pathlib import Path

from podcast import DISTRIBUTION
from podcast.errors import WriteError
from podcast.files.store import Store


def open_store(where: str, folder: Path) -> Store:
    """The store at a folder or a URL; `folder` itself where none is named.

    What comes from a URL is kept in `folder` as well. Raises WriteError where it is not to be had.
    """
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
