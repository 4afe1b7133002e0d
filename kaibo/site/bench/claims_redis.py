"""The peer many would pick: a Lua claim in Redis, reached through redis-py pipelines."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import redis

from kaibo.site.bench.claims_peers import Pace
from kaibo.site.bench.claims_tries import Try, units_for_half

SERVER = "redis-server"
# Two pipelines, so that one is packed while the other waits: as many in flight as on the sockets.
PIPELINES, PIPELINE_CLAIMS = 2, 500
START_S = 10.0
# One unit a buyer; a buyer who holds one is told so again, and every claim stands in a stream.
_LUA = """
if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 then return 2 end
if tonumber(redis.call('GET', KEYS[1])) <= 0 then return 0 end
redis.call('DECR', KEYS[1])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('XADD', KEYS[3], '*', 'viewer', ARGV[1], 'key', ARGV[2])
return 1
"""


def is_here() -> bool:
    """Whether this machine has a Redis to start."""
    return shutil.which(SERVER) is not None


def redis_claims(
    tries: Sequence[Try],
    *,
    folder: Path,
    fsync: str,
    core: int,
    lines: int = PIPELINES,
    at_once: int = PIPELINE_CLAIMS,
) -> Pace:
    """Winners a second, and the CPU time of Redis itself, which is kept to ``core``.

    Args:
        fsync: Redis' ``appendfsync``, ``always`` or ``everysec``.
        lines: connections that claim side by side.
        at_once: claims sent before an answer is waited for; 1 is a claim a round trip.

    Raises:
        RuntimeError: it sold another number than there were units.
    """
    units = units_for_half(tries)
    with TemporaryDirectory(dir=folder) as home, _server(home, fsync=fsync, core=core) as pid:
        store = redis.Redis(unix_socket_path=f"{home}/redis.sock")
        store.set("units", units)
        sha = str(store.script_load(_LUA))
        won: list[tuple[float, int]] = []

        def work(mine: Sequence[Try]) -> None:
            for start in range(0, len(mine), at_once):
                pipeline = store.pipeline(transaction=False)
                for one in mine[start : start + at_once]:
                    pipeline.evalsha(sha, 3, "units", "holders", "claims", *one)
                answers = pipeline.execute()
                won.append((time.perf_counter(), answers.count(1)))

        threads = [threading.Thread(target=work, args=(tries[n::lines],)) for n in range(lines)]
        cpu, began = _cpu_s(pid), time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cpu = _cpu_s(pid) - cpu
        sold = sum(winners for _, winners in won)
        if {sold, store.scard("holders"), store.xlen("claims")} != {units}:
            raise RuntimeError(f"Redis sold {sold} of {units}")
        store.close()
    spent = max(at for at, winners in won if winners) - began
    return Pace(units / spent, cpu / len(tries) * 1e6)


@contextmanager
def _server(home: str, *, fsync: str, core: int) -> Iterator[int]:
    """A Redis of this bench's own, on a socket in ``home``; yields its process id."""
    command = [SERVER, "--port", "0", "--unixsocket", f"{home}/redis.sock", "--dir", home]
    command += ["--save", "", "--appendonly", "yes", "--appendfsync", fsync]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        os.sched_setaffinity(process.pid, {core})
        until = time.monotonic() + START_S
        while not Path(home, "redis.sock").exists():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("redis-server did not start")
            time.sleep(0.02)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _cpu_s(pid: int) -> float:
    """CPU time of another process: its own clock, by number (clock_getcpuclockid of the libc)."""
    return time.clock_gettime((~pid << 3) | 2)
