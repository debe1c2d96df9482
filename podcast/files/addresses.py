"""A text -> the addresses in it: of web pages, mailboxes, servers and files.

The text stages use this to leave addresses unchanged, and `pronounce` to say them as a person
would.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from podcast.files.late import late

SITES = (  # top-level domains of addresses that are written without http:// or www.
    "com|org|net|edu|gov|io|ai|cn|co|me|tv|app|dev|xyz|fm|info|uk|de|jp|us|hk|tw|so|gg"
    "|do|is|ly|im|pro|site|online|shop|club|wiki|cloud|fun|art|one|top|ru|fr|eu|cc|vip|store|tech"
)
_HOST = r"(?:[A-Za-z0-9_][A-Za-z0-9_-]{0,62}\.){1,8}"  # all but the last part
_BEGIN = r"(?<![A-Za-z0-9_.@/\\-])"
_END = r"(?![A-Za-z0-9_])"
# A mark at the end belongs to the sentence. A bracket belongs to the address only in a pair.
_SIGN = r"[A-Za-z0-9_~/#&$*+=%@-]|[.,;:!?'](?=[A-Za-z0-9_~/#&$*+=%@?!-])|\([A-Za-z0-9_,.-]*\)"
_REST = rf"(?:(?![,;](?:https?:|www\.))(?:{_SIGN})){{0,2000}}"
_PORT = r"(?::\d{2,5})?"
_PAGE = (
    rf"(?i:https?|ftp)://(?=[A-Za-z0-9]){_REST}"
    rf"|(?i:www)\.{_HOST}[A-Za-z]{{2,12}}{_END}{_PORT}(?:[/?#]{_REST})?"
)
_MAIL = rf"[A-Za-z0-9_.+-]{{1,64}}@{_HOST}[A-Za-z]{{2,12}}{_END}"
_SITE = (
    rf"(?=[A-Za-z0-9_.-]{{0,200}}[A-Za-z]){_HOST}(?:{SITES}){_END}(?!\.[a-z])"
    rf"{_PORT}(?:[/?#]{_REST})?"
)
_NUMBERED = (
    rf"localhost:\d{{2,5}}(?:/{_REST})?|(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?::\d{{2,5}}/?|/){_REST}"
)
_CHAR = r"A-Za-z0-9_\u3400-\u9fff"  # characters of the name of a folder
_NAME = rf"[{_CHAR}.~$%+@#()-]{{1,60}}"
_LAST = (
    rf"(?:[{_CHAR}.~$%+@#()-]{{1,60}}\.[A-Za-z0-9]{{1,5}}{_END}"
    r"|[A-Za-z0-9_.~$%+@#-]{0,80}[A-Za-z0-9_~$])?"
)
_DRIVE = (
    rf"(?:[A-Za-z]:\\|\\\\[A-Za-z0-9_.-]{{1,60}}\\)(?:{_NAME}(?: {_NAME}){{0,4}}\\){{0,20}}{_LAST}"
    rf"|[A-Za-z]:/(?!/)(?:[A-Za-z0-9_.~+-]{{1,60}}/){{0,20}}{_LAST}"
)
_ROOTS = (
    r"(?:home|usr|etc|var|tmp|opt|root|mnt|data|dev|bin|sbin|proc|sys|srv|lib|media|Users"
    r"|Applications|Volumes|System|Library)"
)
_STEP = r"[A-Za-z0-9_.@+-]{0,80}[A-Za-z0-9_+-]"
_PATH = (
    rf"/{_ROOTS}(?:/{_STEP}){{1,20}}/?|(?:~|\.\.?)(?:/{_STEP}){{1,20}}/?"
    rf"|(?:/{_STEP}){{1,20}}\.[a-z][a-z0-9]{{1,4}}{_END}"
)

# Each kind of address is a named group, so that a caller can see which kind was found.
ADDRESS = late(
    rf"{_BEGIN}(?:(?P<page>{_PAGE})|(?P<mail>{_MAIL})|(?P<numbered>{_NUMBERED})|(?P<site>{_SITE})"
    rf"|(?P<drive>{_DRIVE})|(?P<path>{_PATH}))"
)
_MAY_HOLD_ONE = late(r"[./\\@]")


def is_web_address(url: str) -> bool:
    """Whether a text is the address of a web server or of a page, without control characters.

    >>> is_web_address("https://a.example/x"), is_web_address("a.example"), is_web_address("http://[")
    (True, False, False)
    """
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        return is_address and url.isprintable()
    except ValueError:  # of brackets that hold no IPv6 address, or a port that is no number
        return False


def may_hold_address(text: str) -> bool:
    """Whether a text has a sign that every address has; a cheap test that most lines fail."""
    return _MAY_HOLD_ONE.search(text) is not None


def without_addresses(text: str) -> str:
    """The text with a comma in the place of each address.

    >>> without_addresses("看https://a.cn/w?v=a 这个")
    '看， 这个'
    """
    return ADDRESS.sub("，", text) if may_hold_address(text) else text


def addresses(text: str) -> list[str]:
    r"""The addresses in a text, in order, without the punctuation of the sentence around them.

    >>> addresses("看https://a.cn/w?v=a&t=1，或www.x.cn/y。写信到a.b@c.com!")
    ['https://a.cn/w?v=a&t=1', 'www.x.cn/y', 'a.b@c.com']
    >>> addresses(r"在C:\Users\x和/home/me/a.txt里，见github.com/foo/bar!")
    ['C:\\Users\\x', '/home/me/a.txt', 'github.com/foo/bar']
    >>> addresses("和/或，1/2/3，L.A.大火")
    []
    """
    return [found[0] for found in ADDRESS.finditer(text)] if may_hold_address(text) else []
