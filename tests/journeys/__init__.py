"""Whole stories, told through HTTP, sockets, RTMP and a browser."""
