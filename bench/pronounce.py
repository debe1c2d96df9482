"""A table of written and spoken text -> the share of texts that the program says in that way.

    python bench/pronounce.py CASES.tsv      # category, written, spoken; `#` opens a comment

The written text is first simplified, as the program does before it speaks. The comparison ignores
punctuation, width, case and tags. A second figure also ignores the sounds 呃 and 啊, which some
tables drop; here the cleaning of the text drops them.
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
    """The text without punctuation and tags, in one width and case.

    >>> folded("ＡＩ，<b>好</b>！")
    'ai好'
    """
    plain = re.sub(r"</?[a-z]+>", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"[\W_]", "", plain).lower()


def rows(path: Path) -> list[tuple[str, str]]:
    """The pairs of written and spoken text in a table."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    cells = [line.split("\t") for line in lines]
    return [(row[1], row[2]) for row in cells if len(row) == 3 and row[0] != "category"]


def main(path: Path) -> int:
    """Print each text that differs, then the two shares; return 1 if the first is too low."""
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
