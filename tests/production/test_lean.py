"""What a process that makes sound must not load: it would take its memory once for each core."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

from podcast.files.store import Store
from podcast.model import Chapter, Paragraph, Recipe, Script, Voice
from podcast.production.jobs import with_edges
from podcast.production.plan import plan
from podcast.pronounce import NONE

OF_TEXT_AND_PICTURES = {"onnxruntime", "opencc", "rjieba", "PIL"}
MAKE_A_CHAPTER = """
import pickle, sys
from podcast.production.jobs import press, record

job = pickle.load(sys.stdin.buffer)
take = record(job).take
press(job, take, {turn.text: 0.0 for turn in take.turns}, "frames")
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_a_process_that_makes_sound_loads_no_tagger(tmp_path: Path) -> None:
    words_with_polyphones = (Paragraph("我说一点儿，他在银行里。"),)
    script = Script("集", (Chapter("章", words_with_polyphones),))
    cast = (("host", Voice("host", "espeak")),)
    jobs = plan(script, cast, Recipe(), Store(tmp_path), tmp_path, respellings=NONE)
    done = subprocess.run(
        [sys.executable, "-c", MAKE_A_CHAPTER],
        input=pickle.dumps(with_edges(jobs[0])), stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    loaded = set(done.stdout.decode().split())
    assert "numpy" in loaded
    assert not loaded & OF_TEXT_AND_PICTURES
