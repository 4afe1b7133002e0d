"""The back office flat out, a module to run: its arguments are URL SHOW PASSWORD.

Desk pages, a report as page, XLSX and PDF, and imports, each by people of its own, as fast as
answers come. Starts and stops at a line of standard input; says after each what was answered.
"""

import itertools
import json
import os
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator

import httpx2

IMPORT_ROWS = 400
PAGES = ("/desk/shows", "/desk/products", "/desk/hosts", "/desk/campaigns")
REPORTS = ("report", "report.xlsx", "report.pdf")


class Person:
    """Somebody at the desk with nothing to wait for."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self._client = httpx2.Client(base_url=f"{url}/api", timeout=120, trust_env=False)
        self._client.get("/session")
        self.post("/session", json={"username": username, "password": password})

    def get(self, path: str) -> None:
        """Ask; anything but an answer ends the bench."""
        self._client.get(path).raise_for_status()

    def post(self, path: str, **what: object) -> httpx2.Response:
        """Send, with the token that a page sends."""
        token = {"X-CSRFToken": self._client.cookies.get("csrftoken", "")}
        answer = self._client.post(path, headers=token, **what)  # type: ignore[arg-type]
        return answer.raise_for_status()

    def pages(self) -> Iterator[Callable[[], None]]:
        """Lists, one after another, for ever."""
        for path in itertools.cycle(PAGES):
            yield lambda path=path: self.get(path)  # type: ignore[misc]

    def reports(self, show_id: int) -> Iterator[Callable[[], None]]:
        """The report in its forms."""
        for name in itertools.cycle(REPORTS):
            yield lambda name=name: self.get(f"/desk/shows/{show_id}/{name}")  # type: ignore[misc]

    def imports(self) -> Iterator[Callable[[], None]]:
        """A new sheet every time."""
        while True:
            yield self._import_one

    def _import_one(self) -> None:
        mark = uuid.uuid4().hex[:8]
        rows = [f"{mark}-{n},测速商品 {n},{n + 1}.00,5" for n in range(IMPORT_ROWS)]
        sheet = "\n".join(["商品编码,商品名称,日常价,现有库存", *rows]).encode()
        found = self.post("/desk/imports", files={"file": ("测速.csv", sheet, "text/csv")}).json()
        self.post(f"/desk/imports/{found['id']}/apply")


def main() -> None:
    """Work between the lines of standard input."""
    url, show_id, password = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    os.nice(5)  # the readers share this core, and it is their time that is measured
    lin = [Person(url, "lin", password) for _ in range(4)]
    work = {
        "pages": [lin[0].pages(), lin[1].pages()],
        "reports": [lin[2].reports(show_id)],
        "imports": [lin[3].imports()],
    }
    _say({})
    while sys.stdin.readline():
        done: Counter[str] = Counter()
        over = threading.Event()
        threads = [
            threading.Thread(target=_work, args=(name, chores, over, done))
            for name, all_chores in work.items()
            for chores in all_chores
        ]
        for thread in threads:
            thread.start()
        sys.stdin.readline()
        over.set()
        for thread in threads:
            thread.join()
        _say(done)


def _say(done: dict[str, int]) -> None:
    sys.stdout.write(json.dumps(done) + "\n")
    sys.stdout.flush()


def _work(
    name: str, chores: Iterator[Callable[[], None]], over: threading.Event, done: "Counter[str]"
) -> None:
    while not over.is_set():
        next(chores)()
        done[name] += 1


if __name__ == "__main__":
    main()
