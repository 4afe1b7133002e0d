"""The picture of all shows as one thing to start and stop."""

from pathlib import Path

from starlette.routing import Route

from kaibo.media import web
from kaibo.media.engine import Engine, EngineLimits, House, PictureState
from kaibo.media.ports import Authorise, OnStart, OnStop
from kaibo.media.reception import RtmpLimits
from kaibo.media.rtmp import RtmpServer


class MediaService:
    """RTMP in, playlists out, recordings beside.

    Args:
        authorise: (room code, secret) -> ``PublishGrant``, or raises a ``Refusal``.
        on_start: told when the first picture of a connection is here.
        on_stop: told when that connection is over. Like the two above, synchronous, and
            called on a thread, never on the event loop.
        root: recordings go below it; None records nothing.
        port: for encoders; 0 takes a free one, see ``rtmp_port`` after ``start``.
    """

    def __init__(
        self,
        authorise: Authorise,
        on_start: OnStart,
        on_stop: OnStop,
        root: Path | None,
        host: str,
        port: int,
        *,
        limits: EngineLimits | None = None,
        rtmp_limits: RtmpLimits | None = None,
    ) -> None:
        self.host = host
        self.rtmp_port = port
        self.engine = Engine(House(authorise, on_start, on_stop), root=root, limits=limits)
        self._rtmp = RtmpServer(self.engine, rtmp_limits or RtmpLimits())

    async def start(self) -> None:
        """Listen for encoders.

        Raises:
            OSError: the port is taken; nothing was started.
        """
        self.rtmp_port = await self._rtmp.start(self.host, self.rtmp_port)
        await self.engine.start()

    async def stop(self) -> None:
        """Drop encoders, finish recordings, tell the house."""
        await self._rtmp.stop()
        await self.engine.stop()

    def routes(self) -> list[Route]:
        """Starlette routes below ``/live/``."""
        return web.routes(self.engine)

    def state(self, code: str) -> PictureState:
        """The picture of one room right now; call it on the event loop."""
        return self.engine.state(code)
