"""The peer of the isolation bench: everything in one process, as it was before Django moved out.

A module to run: its arguments are HOST PORT.
"""

import sys

from kaibo.site import asgi
from kaibo.site.commands.listening import listen
from kaibo.site.worker import Worker

if __name__ == "__main__":
    with Worker():
        listen(asgi.room_app(asgi.web_app()), host=sys.argv[1], port=int(sys.argv[2]))
