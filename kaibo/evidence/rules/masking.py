"""What a consumer may see of others. Pure."""

import hashlib
import hmac
import re
from typing import Any, Final

# Numbers of telephones, accounts and documents; prices and units are shorter.
_NUMBER: Final = re.compile(r"\d[\d\s-]{3,}\d")
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def alias(viewer_id: int, *, salt: bytes) -> str:
    """The same viewer gets the same name within a pack, and nobody can count back."""
    return f"viewer-{hmac.digest(salt, str(viewer_id).encode(), hashlib.sha256).hex()[:10]}"


def masked_name(name: str) -> str:
    """
    >>> masked_name("王小花"), masked_name("")
    ('王**', '')
    """
    return f"{name[0]}**" if name else ""


def masked_text(text: str) -> str:
    """
    >>> masked_text("加我 138 1234 5678，99元")
    '加我 ***，99元'
    >>> masked_text("a.b@example.com")
    '***'
    """
    return _NUMBER.sub("***", _ADDRESS.sub("***", text))


def masked_line(line: dict[str, Any], *, own: int | None, salt: bytes) -> dict[str, Any]:
    """A line of chat: one's own in the open, others' without who they are."""
    viewer_id = line["viewer_id"]
    if own is not None and viewer_id == own:
        return line
    who = "staff" if viewer_id == 0 else alias(viewer_id, salt=salt)
    shown = {**line, "nickname": masked_name(line["nickname"]), "text": masked_text(line["text"])}
    del shown["viewer_id"]
    return {**shown, "viewer": who}
