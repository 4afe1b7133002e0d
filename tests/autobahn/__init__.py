"""The Autobahn WebSocket suite against the room's protocol class; run by ``scripts/autobahn``."""
