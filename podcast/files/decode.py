"""A file -> its text, whatever encoding it was saved in: UTF-8, -16, -32, GB18030 or Big5."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from pathlib import Path

from podcast.errors import ReadError
from podcast.files.tidy import Unreadable, named

LARGEST = 64 * 2**20  # bytes of a file; the transcript of a day of speech has 1 MB
ADVICE = "give a .txt, .srt, .vtt or Whisper .json transcript"
SAMPLE = 4000  # number of characters outside ASCII by which an encoding is chosen
PLAUSIBLE = 0.3  # least mean weight of text in the right encoding; a wrong one is below 0

BOMS = (  # byte order marks; the longer ones first, as a UTF-32 mark begins with a UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WIDE = ("utf-16-le", "utf-16-be")
LEGACY = ("gb18030", "cp950", "big5hkscs")

# The commonest hanzi of Mandarin speech: first the Simplified ones, then their Traditional forms.
FREQUENT = frozenset(
    "的是一有我这个们会不以在就要来可到也人大部所上为家时他很做了分都实法没政跟因样你些如其能者说后多方好对得但么用或事作像去问关"
    "果面题看公下业开比过想社之国提那议前现资当出成定还年刚觉发学台同中然行意经讲自理地间本候主第谢位什常机案民点等而较话子办合于"
    "生动里应外进目论务只府程道式委工让新天回把员知各非相长最解请边管放接情讨并网次再体系文两起明件规小已东先创加参何协己力度及处"
    "重建种全计企通高与需整心三路单性西认更给此料才每从望内湾场制希今任变保数司报陈立入化友教共正设专确少完平署告别助月该原产怎划"
    "讯见感决二概直真组考统代林利表基思结始技况使至际展听朋调字它区市几够另特言透权吗日量师推类十哪选帮向交被续容育修安改补众电信"
    "期策科团标服照导张投包许活简找著太反由算手且商课求习影念环持条例门愿供校写连费未老身满集车传清嘅喺咗冇啲佢哋"
    "這個們會來為時實沒樣說後對麼問關題業開過國議現資當還剛覺發學臺經講間謝機點較話辦於動裡裏應進論務讓員長請邊討並網體兩規東創參"
    "協處種計與單認給從內灣場變數報陳設專確別該產劃訊見決組統結況際聽調區幾夠權嗎師類選幫續補眾電團標導張許簡課習環條門願寫連費滿"
    "車傳"
)
MARKS = frozenset("，。、？！：；“”‘’「」『』《》（）…—·　【】％")


def read_text(path: Path) -> str:
    """The text of a file without a byte order mark.

    Raises ReadError if the file does not exist, may not be read, is a folder, is larger than
    64 MB, is empty, or is not text in one of the encodings named above.
    """
    return text_in(read_bytes(path), path)


def text_in(encoded: bytes, path: Path) -> str:
    """The text of bytes that were read from the file `path`, without a byte order mark.

    Raises ReadError if they are empty, or not text in one of the encodings named above.
    """
    if not encoded.strip():
        raise ReadError(f"cannot read {named(path)}: it is empty; {ADVICE}")
    try:
        text = decode(encoded)
        require_readable(text)
    except Unreadable as error:
        raise ReadError(f"cannot read {named(path)}: {error}; {ADVICE}") from error
    return text


def read_bytes(path: Path) -> bytes:
    """The content of a file. Raises ReadError if it cannot be read or is larger than LARGEST."""
    try:
        if path.is_dir():
            raise ReadError(f"cannot read {named(path)}: it is a folder; name a file in it")
        size = path.stat().st_size
        if not path.is_file():
            raise ReadError(f"cannot read {named(path)}: it is a device or pipe; {ADVICE}")
        if size > LARGEST:
            raise ReadError(
                f"cannot read {named(path)}: it is {size / 2**20:.0f} MB, "
                f"over the limit of {LARGEST // 2**20} MB; split it into several files"
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise ReadError(f"cannot read {named(path)}: there is no such file; {ADVICE}") from None
    except PermissionError:
        raise ReadError(
            f"cannot read {named(path)}: permission denied; make the file readable to you"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadError(f"cannot read {named(path)}: {reason}") from error


def decode(encoded: bytes) -> str:
    """The text of these bytes, in the likeliest encoding. Raises Unreadable if they are no text."""
    for mark, encoding in BOMS:
        text = attempt(encoded, encoding) if encoded.startswith(mark) else None
        if text is not None:  # else go on: FF FE 00 00 may also open UTF-16
            return text.lstrip("\ufeff")
    text = attempt(encoded, "utf-8")
    if text is not None and encoded.count(0) * 5 < len(encoded):
        return text
    if text is None:
        require_not_broken(encoded)
    candidates = (attempt(encoded, encoding) for encoding in (*WIDE, *LEGACY))
    weighed = [(plausibility(text), text) for text in candidates if text]
    best, text = max(weighed, key=lambda pair: pair[0], default=(PLAUSIBLE, ""))
    if not text or best < PLAUSIBLE:
        raise Unreadable("it is not text in UTF-8, UTF-16, GB18030 or Big5")
    return text


def attempt(encoded: bytes, encoding: str) -> str | None:
    """The text of these bytes in this encoding, or None if a byte is invalid in it."""
    try:
        return encoded.decode(encoding)
    except UnicodeDecodeError:
        return None


def require_not_broken(encoded: bytes) -> None:
    """Raise Unreadable for UTF-8 with a few wrong bytes, which another encoding might accept."""
    text = encoded.decode("utf-8", "replace")
    wrong, beyond_ascii = text.count("\ufffd"), sum(one > "\x7f" for one in text)
    if wrong * 20 <= beyond_ascii:
        line = text[: text.index("\ufffd")].count("\n") + 1
        raise Unreadable(f"line {line} is broken UTF-8; save the file again as UTF-8")


def require_readable(text: str) -> None:
    """Raise Unreadable if more than a fifth of the characters are control characters."""
    controls = len(CONTROL.findall(text))
    if controls * 5 > len(text):
        raise Unreadable("it is not text but binary")


CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+|[\x00-\x08\x0e-\x1f\x7f]+")


def plausibility(text: str) -> float:
    """How much the characters outside ASCII resemble Chinese text, from -3 to 3.

    >>> plausibility("我们今天"), plausibility("扂蠅踏毞")  # the same bytes, GB18030 and Big5
    (3.0, 0.0)
    >>> plausibility("plain words")
    1.0
    """
    sample = "".join(BEYOND_ASCII.findall(text[: 20 * SAMPLE]))[:SAMPLE]
    if not sample:
        return 1.0
    return sum(map(weight, sample)) / len(sample)


def weight(character: str) -> float:
    """How likely a character is in Chinese text in its right encoding, from -3 to 3."""
    if character in FREQUENT:
        return 3
    if character in MARKS:
        return 2
    if character in common_hanzi():
        return 1
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E:  # full-width Latin
        return 0.5
    if 0x4E00 <= code <= 0x9FFF:
        return -1
    return -3 if CONTROL.match(character) or code >= 0xD800 or 0x3400 <= code < 0x4DC0 else -2


@lru_cache
def common_hanzi() -> frozenset[str]:
    """The hanzi of the first level of GB 2312 (3 755) and of Big5 (5 401).

    Both standards place that level in fixed rows: lead bytes B0 to D7, and A4 to C6.
    """
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    simplified = bytes(
        byte for lead in range(0xB0, 0xD8) for trail in trails[63:] for byte in (lead, trail)
    )
    traditional = bytes(
        byte for lead in range(0xA4, 0xC7) for trail in trails for byte in (lead, trail)
    )
    texts = simplified.decode("gb2312", "ignore"), traditional.decode("big5", "ignore")
    return frozenset(one for one in "".join(texts) if "\u4e00" <= one <= "\u9fff")
