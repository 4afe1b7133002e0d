"""The port to an outside service that compares two faces; none is built in."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import Final, Protocol

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from kaibo.roster.rules import Result

ANSWER_S: Final = 10.0

_log = structlog.get_logger(__name__)


class FaceService(Protocol):
    """What a service must be able to do."""

    name: str

    def compare(self, portrait: bytes, photo: bytes) -> Result:
        """Whether both pictures, JPEG, show the same living person.

        May raise anything and take any time: that is ``unavailable``.
        """
        ...


class FakeFaces:
    """A service for tests: equal pictures are one person; ``fails`` makes it unavailable."""

    name = "fake"
    fails: Exception | None = None

    def compare(self, portrait: bytes, photo: bytes) -> Result:
        """Whether the pictures are equal, byte by byte."""
        if self.fails is not None:
            raise self.fails
        return "match" if portrait == photo else "mismatch"


def service() -> FaceService | None:
    """The service that ``KAIBO_FACE_SERVICE`` names by its dotted path; None without one."""
    if not settings.KAIBO_FACE_SERVICE:
        return None
    made: FaceService = import_string(settings.KAIBO_FACE_SERVICE)()
    return made


def compare(faces: FaceService, portrait: bytes, photo: bytes) -> Result:
    """Ask the service; no answer within ``ANSWER_S``, or an error, is ``unavailable``."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="faces")
    try:
        return pool.submit(faces.compare, portrait, photo).result(timeout=ANSWER_S)
    except TookTooLong:
        _log.warning("face_service_slow", service=faces.name)
    except Exception as error:
        _log.warning("face_service_failed", service=faces.name, error=type(error).__name__)
    finally:
        pool.shutdown(wait=False)
    return "unavailable"
