"""The way in: the ASGI route of the socket."""

from starlette.websockets import WebSocket

from kaibo.room.protocol import protocol_of
from kaibo.room.session import Doorman, Session


async def welcome(websocket: WebSocket, door: Doorman) -> Session:
    """Accept a connection and hand it to a session; the ASGI side ends here."""
    protocol = protocol_of(websocket)
    # A browser's page cannot choose a socket's headers, so its own choice comes in the address.
    lang = websocket.query_params.get("lang") or websocket.headers.get("accept-language", "zh")
    await websocket.accept()
    session = Session(protocol, door, lang=lang)
    protocol.take(session)
    return session
