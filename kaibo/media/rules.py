"""What a sampled picture means: black, frozen, silent; whose code it shows. Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

Trouble = Literal["black", "frozen", "silent", "unwatched"]
TROUBLES: Final[tuple[Trouble, ...]] = get_args(Trouble)

Sight = Literal["code", "text"]
SIGHTS: Final[tuple[Sight, ...]] = get_args(Sight)

# Brightness and differences count 0..255. An encoder's own noise on a still scene stays below.
BLACK_MEAN_MAX: Final = 20.0
BLACK_SPREAD_MAX: Final = 6.0
STILL_CHANGE_MAX: Final = 0.3
SILENT_DB_MAX: Final = -60.0
# So many samples in a row, before the desk is troubled.
BLACK_LOOKS: Final = 3
STILL_LOOKS: Final = 8
SILENT_LOOKS: Final = 10
# Of a code's text so much is shown to people.
LEGIBLE_CHARS_MAX: Final = 300
# Readers of words err by a letter here and there.
ALIKE_MIN: Final = 0.8
_HOST_CHARS_MAX: Final = 253
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})


@dataclass(frozen=True, slots=True)
class Look:
    """One sampled picture in numbers.

    Attributes:
        mean, spread: mean brightness and its standard deviation.
        change: mean difference from the sample before; None for the first.
        loudest_db: the loudest sample of the sound around it; None without sound.
    """

    mean: float
    spread: float
    change: float | None
    loudest_db: float | None

    @property
    def is_black(self) -> bool:
        return self.mean <= BLACK_MEAN_MAX and self.spread <= BLACK_SPREAD_MAX

    @property
    def is_still(self) -> bool:
        return self.change is not None and self.change <= STILL_CHANGE_MAX

    @property
    def is_silent(self) -> bool:
        return self.loudest_db is None or self.loudest_db <= SILENT_DB_MAX


@dataclass(frozen=True, slots=True)
class Watched:
    """How many samples in a row were black, still, silent."""

    black: int = 0
    still: int = 0
    silent: int = 0

    def after(self, look: Look) -> "Watched":
        """One more sample; one good sample ends a row of bad ones."""
        return Watched(
            black=self.black + 1 if look.is_black else 0,
            still=self.still + 1 if look.is_still else 0,
            silent=self.silent + 1 if look.is_silent else 0,
        )

    @property
    def troubles(self) -> frozenset[Trouble]:
        """What the desk has to know. A black picture is not called frozen as well."""
        found: set[Trouble] = set()
        if self.black >= BLACK_LOOKS:
            found.add("black")
        elif self.still >= STILL_LOOKS:
            found.add("frozen")
        if self.silent >= SILENT_LOOKS:
            found.add("silent")
        return frozenset(found)


def is_own_code(text: str, *, addresses: Iterable[str], contacts: Iterable[str]) -> bool:
    """Whether a code leads nowhere but to the shop itself.

    An address counts by scheme, host and port, never by what merely contains them; a contact
    counts as the whole text, or after ``tel:`` or ``mailto:``.
    """
    whole = text.strip()
    bare = whole.lower().removeprefix("tel:").removeprefix("mailto:")
    if any(one.strip() and bare == one.strip().lower() for one in contacts):
        return True
    theirs = origin(whole)
    return theirs is not None and theirs in {origin(one) for one in addresses}


def is_alike(line: str, other: str) -> bool:
    """Whether two readings are of one line: of their letters and digits four in five agree.

    >>> is_alike("加微信 abc12345 下单", "加微信abcl2345下单"), is_alike("全网最低价", "全场包邮")
    (True, False)
    """
    return SequenceMatcher(None, _letters(line), _letters(other), False).ratio() >= ALIKE_MIN


def _letters(line: str) -> str:
    return "".join(sign for sign in line.casefold() if sign.isalnum())


def legible(text: str) -> str:
    """A stranger's text as a person can read it without being misled; at most 300 characters.

    Signs that are not seen, or that turn the line around, stand by their number. A host in other
    letters than ASCII is followed by what browsers call it, because а and a look the same.

    >>> legible("https://shop.example/\\u202e")
    'https://shop.example/\\\\u202e'
    >>> legible("https://аpple.com/x")
    'https://аpple.com/x (xn--pple-43d.com)'
    """
    plain = "".join(map(_seen, text[: LEGIBLE_CHARS_MAX + 1]))
    if len(plain) > LEGIBLE_CHARS_MAX:
        plain = plain[:LEGIBLE_CHARS_MAX] + "…"
    try:
        host = urlsplit(text.strip()).hostname or ""
    except ValueError:
        return plain
    if host.isascii() or len(host) > _HOST_CHARS_MAX:
        return plain
    return f"{plain} ({''.join(map(_seen, _coded(host)))})"


def _seen(sign: str) -> str:
    if sign == " " or unicodedata.category(sign) not in _UNSEEN:
        return sign
    return f"\\u{ord(sign):04x}"


def origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of a web address; None for what is none, or is not clear."""
    # Browsers and parsers disagree about these; what is unclear is not the shop's own.
    if "\\" in url or any(sign <= " " for sign in url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return None
    if not 0 < len(host) <= _HOST_CHARS_MAX:
        return None
    return parts.scheme, _coded(host), port or (443 if parts.scheme == "https" else 80)


def _coded(host: str) -> str:
    """A host as browsers ask for it (RFC 3492), label by label; no two hosts become one."""
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
        for label in host.split(".")
    )
