"""Django Channels as its documentation shows it: a consumer in a group, on uvicorn.

Run by a Python of its own that has channels; see ``servers``.
"""

# mypy: ignore-errors

import asyncio
import json
import sys

import django
import uvicorn
import uvloop
from django.conf import settings

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402


class Viewer(AsyncWebsocketConsumer):
    async def connect(self):
        await self.channel_layer.group_add("room", self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard("room", self.channel_name)

    async def frame(self, event):
        await self.send(text_data=event["text"])


async def main():
    config = uvicorn.Config(
        Viewer.as_asgi(), port=0, log_level="warning", lifespan="off", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    sys.stdout.write(json.dumps({"port": port}) + "\n")
    sys.stdout.flush()
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    while line := await lines.readline():
        event = {"type": "frame", "text": line.decode().rstrip("\n")}
        await get_channel_layer().group_send("room", event)
    server.should_exit = server.force_exit = True
    await serving


uvloop.run(main())
