"""The way in: the ASGI route of the socket."""

from starlette.websockets import WebSocket

from kaibo.room.protocol import protocol_of
from kaibo.room.session import Doorman, Session


async def welcome(websocket: WebSocket, door: Doorman, *, address: str) -> Session:
    """Accept a connection and hand it to a session; the ASGI side ends here.

    Args:
        address: what the limits by address know it as.
    """
    protocol = protocol_of(websocket)
    # A browser's page cannot choose a socket's headers, so its own choice comes in the address.
    lang = websocket.query_params.get("lang") or websocket.headers.get("accept-language", "zh")
    await websocket.accept()
    session = Session(protocol, door, lang=lang, address=address)
    protocol.take(session)
    return session
