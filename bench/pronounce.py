"""How many sentences are said as a table of written and spoken text says they should be.

    python bench/pronounce.py CASES.tsv      # category, written, spoken; `#` opens a comment

The written text is first simplified, as the program does before it speaks. Marks are not
compared, nor width, case or tags. A second figure leaves the sounds 呃 and 啊 uncompared,
which some tables drop and this program leaves to its cleaning.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

from podcast.pronounce import Needs, pronounce
from podcast.text.clean.simplify import simplify

NEEDS = Needs(pinyin=False)
WANTED = 0.95


def folded(text: str) -> str:
    """Only what is said of a text, in one width and case.

    >>> folded("ＡＩ，<b>好</b>！")
    'ai好'
    """
    plain = re.sub(r"</?[a-z]+>", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"[\W_]", "", plain).lower()


def rows(path: Path) -> list[tuple[str, str]]:
    """Written and spoken texts."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    cells = [line.split("\t") for line in lines]
    return [(row[1], row[2]) for row in cells if len(row) == 3 and row[0] != "category"]


def main(path: Path) -> int:
    """Print each case that differs, then the two shares; 1 if the first is too low."""
    cases = rows(path)
    same = alike = 0
    for written, spoken in cases:
        said, wanted = folded(pronounce(simplify(written), NEEDS).text), folded(spoken)
        same += said == wanted
        alike += re.sub("[呃啊]", "", said) == re.sub("[呃啊]", "", wanted)
        if said != wanted:
            print(f"{written}\tis said {said}\tnot {wanted}")
    count = len(cases)
    print(f"{count} cases: {same / count:.1%} said so, {alike / count:.1%} but for 呃, 啊")
    return int(same < WANTED * count)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
