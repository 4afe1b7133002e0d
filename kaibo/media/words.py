"""Reads the words in a sampled picture: RapidOCR behind a port, an extra that may be absent.

Slow (half a second of a core and more): for the eyes' own process, never for the front.
"""

import importlib.util
from typing import Any, Final, Protocol

# What is read less surely is left alone: a rule must not be met by a misreading.
SURE: Final = 0.8
LINES_MAX: Final = 60
LINE_CHARS_MIN: Final = 2


class Reader(Protocol):
    """Reads what stands in a picture."""

    def read(self, jpeg: bytes) -> list[str]:
        """The lines in a picture, each once; those that cannot be read surely are left out."""


class RapidReader:
    """RapidOCR on one thread, with the models that its wheel carries.

    Raises:
        ImportError: it is not installed.
    """

    def __init__(self) -> None:
        import rapidocr

        one = "EngineConfig.onnxruntime."
        self._engine: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.text_score": SURE,
                # Turned lines are rare on a screen, and this is a third model.
                "Global.use_cls": False,
                f"{one}intra_op_num_threads": 1,
                f"{one}inter_op_num_threads": 1,
            }
        )

    def read(self, jpeg: bytes) -> list[str]:
        found = self._engine(jpeg)
        lines = [str(line).strip() for line in found.txts or ()]
        return list(dict.fromkeys(one for one in lines if len(one) >= LINE_CHARS_MIN))[:LINES_MAX]


def can_read() -> bool:
    """Whether the extra ``ocr`` is installed here."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))
