"""The benches tell the truth in a fixed shape; how fast this machine is, no test says."""

import json
import math
import os
import socket
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings

from kaibo.compliance.reads import verdict_of
from kaibo.insight.lake import Lake
from kaibo.promotions.rules import PriceBook
from kaibo.site.bench import lake, offers, scan, solver
from kaibo.site.bench.benches import BENCHES, module
from kaibo.site.bench.figures import Outcome, pairwise
from kaibo.site.bench.readers import Dialect, Readers, marked, masked
from kaibo.site.commands import bench as command

# Claims alone are measured on the database of the installation; they have a module of their own.
pytestmark = pytest.mark.once

AMOUNT = {"median", "minimum", "maximum", "unit"}
BAR = {"name", "value", "bar", "sense", "holds", "note"}


def quiet(_: str) -> None:
    """Tell nobody."""


def check_shape(outcome: Outcome) -> dict[str, Any]:
    """Every figure has its spread and unit; every bar is judged by its own figure."""
    told: dict[str, Any] = outcome.as_dict()
    for name, found in told["results"].items():
        assert set(found) == AMOUNT, name
        assert found["minimum"] <= found["median"] <= found["maximum"], name
        assert math.isfinite(found["median"]), name
    for bar in told["bars"]:
        assert set(bar) == BAR
        if bar["value"] is None:
            assert bar["holds"] is None
            assert bar["name"] in told["absent"]
        else:
            assert bar["holds"] in (True, False)
            assert told["results"][bar["name"]]["median"] == bar["value"]
    return told


def names(told: dict[str, Any]) -> list[str]:
    """The bars, in their order."""
    return [bar["name"] for bar in told["bars"]]


class TestOutcome:
    def test_a_ratio_is_taken_round_by_round(self) -> None:
        assert pairwise([2.0, 30.0], [1.0, 10.0]) == [2.0, 3.0]

    @pytest.mark.parametrize(
        ("values", "sense", "holds"),
        [
            ([9.0, 1.25, 1.0], "at_most", True),
            ([1.26, 1.26, 0.1], "at_most", False),
            ([15.0, 1.0, 99.0], "at_least", True),
            ([14.9, 14.9, 99.0], "at_least", False),
        ],
    )
    def test_the_median_is_judged_and_the_limit_itself_holds(
        self, values: list[float], sense: Any, holds: bool
    ) -> None:
        outcome = Outcome(runs=3)
        outcome.judge("x_vs_y", values, 1.25 if sense == "at_most" else 15.0, sense=sense)
        assert outcome.bars[0].holds is holds
        assert outcome.results["x_vs_y"].unit == "ratio"

    def test_a_bar_a_hair_too_high_is_not_rounded_into_place(self) -> None:
        outcome = Outcome(runs=1)
        outcome.judge("x_vs_y", [1.25001], 1.25, sense="at_most")
        assert outcome.bars[0].holds is False

    def test_an_absent_peer_is_neither_held_nor_broken(self) -> None:
        outcome = Outcome(runs=1)
        outcome.cannot_judge("x_vs_y", 1.0, sense="at_most", why="not here")
        told = check_shape(outcome)
        assert told["bars"][0]["holds"] is None
        assert told["absent"] == {"x_vs_y": "not here"}


class TestScan:
    def test_shape(self) -> None:
        told = check_shape(scan.run(scan.SIZES["tiny"], say=quiet))
        assert names(told) == [
            "scan.all_rules_vs_bare_chain",
            "scan.most_words_vs_fewest",
        ]

    def test_lines_are_what_their_kind_says(self) -> None:
        lines = scan.make_lines(1_000)
        assert {kind: len(found) for kind, found in lines.items()} == {
            "plain": 820, "noisy": 150, "guilty": 30,
        }  # fmt: skip
        assert scan.make_lines(1_000) == lines
        verdicts = {kind: {scan.judge(line) for line in found} for kind, found in lines.items()}
        assert verdicts["plain"] == {"clear"}
        assert "violation" in verdicts["guilty"]
        assert verdict_of(()) == "clear"


class TestOffers:
    def test_shape_without_the_peer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("KAIBO_BENCH_PEERS", raising=False)
        told = check_shape(offers.run(offers.SIZES["tiny"], say=quiet))
        assert names(told) == ["offers.ours_vs_oscar"]
        assert "django-oscar" in told["absent"]["offers.ours_vs_oscar"]
        assert {"offers.quote.rate", "offers.lines_1.promotions_5.cpu"} <= set(told["results"])

    @pytest.mark.slow
    @pytest.mark.skipif("KAIBO_BENCH_PEERS" not in os.environ, reason="no peers here")
    def test_the_peer_takes_off_the_same(self) -> None:
        told = check_shape(offers.run(offers.SIZES["tiny"], say=quiet))
        assert told["bars"][0]["holds"] is not None

    def test_every_promotion_is_in_use(self) -> None:
        [basket] = offers.make_baskets(1, offers.LINES)
        listed = offers.make_promotions(offers.PROMOTIONS)
        applied = PriceBook(listed).quote(basket).applied
        assert [used.promotion.id for used in applied] == [1, 2, 3, 4, 5]

    def test_another_lowest_price_than_the_search_ends_the_bench(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sizes = solver.SolverSizes(instances=300, searched=1)
        solver.agree(Outcome(runs=1), sizes, say=quiet)
        one_fen_less = [Fraction(line.unit_price_fen - 1) for line in solver.random_shelf(0)[0]]
        monkeypatch.setattr(solver, "exhaustive", lambda *_: one_fen_less)
        with pytest.raises(RuntimeError, match="shelf of seed 0"):
            solver.agree(Outcome(runs=1), sizes, say=quiet)

    def test_another_answer_of_the_peer_ends_the_bench(self) -> None:
        class Wrong(offers.Oscar):
            def ask(self, said: Any) -> Any:
                return {"cpu_s": 1.0, "off_fen": [0]}

        peer = Wrong.__new__(Wrong)
        baskets = offers.make_baskets(1, offers.LINES)
        with pytest.raises(RuntimeError, match="takes 0 fen off there"):
            offers.check_same(peer, baskets, offers.make_promotions(1))


class TestLake:
    def test_shape_and_equal_numbers(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Board and raw DuckDB must agree before their times are compared."""
        monkeypatch.setattr(settings, "KAIBO_LAKE", tmp_path / "lake")
        monkeypatch.setattr(settings, "KAIBO_HOME", tmp_path)
        own = Lake(tmp_path / "lake")
        monkeypatch.setattr(lake, "lake", lambda: own)
        monkeypatch.setattr("kaibo.insight.actions.lake", lambda: own)
        monkeypatch.setattr("kaibo.insight.numbers.lake", lambda: own)
        told = check_shape(lake.run(lake.Sizes(events=300, rounds=1, boards=1), say=quiet))
        assert names(told) == [
            "lake.ingest_vs_parquet",
            "lake.board_live_vs_raw_duckdb",
            "lake.board_compacted_vs_raw_duckdb",
        ]


def framed(text: str) -> bytes:
    """A server's text frame."""
    size = len(text).to_bytes(2, "big")
    return (b"\x81\x7e" + size if len(text) > 125 else b"\x81" + size[1:]) + text.encode()


class TestReaders:
    """Against a server of a few lines: a listening socket that this test holds."""

    @pytest.fixture
    def door(self) -> Iterator[socket.socket]:
        with socket.create_server(("127.0.0.1", 0)) as door:
            yield door

    @pytest.fixture
    def pair(self, door: socket.socket) -> Iterator[tuple[Readers, socket.socket]]:
        """One reader, greeted, and its other end."""
        port = door.getsockname()[1]
        readers = Readers(port, Dialect(hellos=[b"hi"], greeting=b"welcome"))
        ends: list[socket.socket] = []

        def greet() -> None:
            end, _ = door.accept()
            ends.append(end)
            assert end.recv(4096).startswith(b"GET /ws HTTP/1.1\r\n")
            end.sendall(b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + framed("welcome"))
            assert end.recv(4096) == masked(b"hi")

        greeting = threading.Thread(target=greet)
        greeting.start()
        readers.open([0])
        greeting.join()
        yield readers, ends[0]
        readers.close()
        ends[0].close()

    def read(self, readers: Readers, *, texts: int = 0, frames: int = 0) -> None:
        while readers.log.texts < texts or readers.log.marked < frames:
            readers.pump(0.001)

    def test_counts_whole_frames_however_they_are_cut(
        self, pair: tuple[Readers, socket.socket]
    ) -> None:
        readers, end = pair
        heard: list[bytes] = []
        readers.on_text = lambda _, text: heard.append(text)
        for byte in framed("one") + framed("x" * 256) + framed("two"):
            end.send(bytes((byte,)))
            readers.pump(0.0)
        self.read(readers, texts=3)
        assert heard == [b"one", b"x" * 256, b"two"]

    def test_marked_frames_are_numbered_and_timed(
        self, pair: tuple[Readers, socket.socket]
    ) -> None:
        readers, end = pair
        end.sendall(framed(marked(7, chars=200)) + framed(marked(8, chars=40)))
        self.read(readers, frames=2)
        end.sendall(framed(marked(9, chars=200)))
        self.read(readers, frames=3)
        assert len(readers.log.delays) == 3
        assert all(0 <= delay < 60e9 for delay in readers.log.delays)

    @pytest.mark.parametrize("number", [7, 9])
    def test_a_repeat_or_a_gap_is_an_error(
        self, pair: tuple[Readers, socket.socket], number: int
    ) -> None:
        readers, end = pair
        end.sendall(framed(marked(7, chars=200)) + framed(marked(number, chars=200)))
        with pytest.raises(RuntimeError, match=f"frame {number} came after 7"):
            self.read(readers, frames=2)

    def test_a_ping_is_answered(self, pair: tuple[Readers, socket.socket]) -> None:
        readers, end = pair
        end.sendall(b"\x89\x02hi" + framed("after"))
        self.read(readers, texts=1)
        assert end.recv(100) == b"\x8a\x82\0\0\0\0hi"

    def test_a_clients_frame_is_masked(self) -> None:
        assert masked(b"hi") == b"\x81\x82\x00\x00\x00\x00hi"


class TestRoomBenches:
    """Through real processes and sockets, with a handful of readers."""

    @pytest.mark.bench
    @pytest.mark.slow
    @pytest.mark.timeout(300)
    @pytest.mark.parametrize(
        ("name", "bars"),
        [
            ("rooms", ["rooms.4_vs_1"]),
            ("joins", ["joins.refused", "joins.let_in_last_tenth_vs_first_tenth"]),
            ("nodes", ["nodes.2_vs_1"]),
            ("chat", ["chat.moderation_share", "chat.lost", "chat.answered_per_s"]),
        ],
    )
    def test_shape(self, name: str, bars: list[str]) -> None:
        ran = CliRunner().invoke(command.bench_command, [name, "--tiny", "--json"])
        told = json.loads(ran.stdout)
        assert names(told) == bars
        held = {bar["name"]: bar["holds"] for bar in told["bars"]}
        assert held.get("joins.refused", True)
        assert held.get("chat.lost", True)


class TestCommand:
    """The command around a bench that was run for it."""

    @pytest.fixture
    def outcome(self, monkeypatch: pytest.MonkeyPatch) -> Outcome:
        found = Outcome(runs=1)
        monkeypatch.setattr(command, "_outcome", lambda name, size: found.as_dict())
        return found

    def test_one_object_and_0_when_all_judged_bars_hold(self, outcome: Outcome) -> None:
        outcome.judge("a_vs_b", [1.0], 2.0, sense="at_most")
        outcome.cannot_judge("a_vs_c", 2.0, sense="at_most", why="not here")
        ran = CliRunner().invoke(command.bench_command, ["scan", "--quick", "--json"])
        told = json.loads(ran.stdout)
        assert ran.exit_code == 0
        assert {"machine", "runs", "results", "bars"} <= set(told)
        assert told["runs"] == {"scan": 1}
        assert [bar["holds"] for bar in told["bars"]] == [True, None]
        assert {"cpu", "cores", "load_1m", "load_1m_after"} <= set(told["machine"])

    def test_1_when_a_bar_does_not_hold(self, outcome: Outcome) -> None:
        outcome.judge("a_vs_b", [3.0], 2.0, sense="at_most")
        assert CliRunner().invoke(command.bench_command, ["scan"]).exit_code == 1

    def test_2_for_an_unknown_name(self) -> None:
        assert CliRunner().invoke(command.bench_command, ["speed"]).exit_code == 2

    def test_all_without_a_name(self, outcome: Outcome) -> None:
        told = json.loads(CliRunner().invoke(command.bench_command, ["--json"]).stdout)
        assert told["benches"] == list(BENCHES)
        assert told["size"] == "full"

    @pytest.mark.slow
    @pytest.mark.timeout(300)
    def test_a_real_run_leaves_nothing_behind(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Through real processes and sockets; peers that are not part of the package are absent."""
        monkeypatch.delenv("KAIBO_BENCH_PEERS", raising=False)
        before = sorted(settings.KAIBO_HOME.iterdir())
        ran = CliRunner().invoke(command.bench_command, ["fanout", "--tiny", "--json"])
        told = json.loads(ran.stdout)
        assert {"fanout.5.room.cpu", "fanout.5.plain.cpu"} <= set(told["results"])
        assert {"fanout.ws", "fanout.socket_io", "fanout.channels"} <= set(told["absent"])
        assert names(told) == [
            "fanout.5.room_vs_c_epoll",
            "fanout.5.room_vs_c_epoll_flat_out",
            "fanout.5.room_vs_nchan",
            "fanout.5.room_vs_nchan_flat_out",
            "fanout.5.room_p99_ms",
            "fanout.5.room_kib_per_connection",
        ]
        assert sorted(settings.KAIBO_HOME.iterdir()) == before

    @pytest.mark.bench
    @pytest.mark.slow
    @pytest.mark.timeout(600)
    def test_isolation_tells_both_arrangements(self) -> None:
        """Through the product's own server and real pages; what is judged is judged."""
        ran = CliRunner().invoke(command.bench_command, ["isolation", "--tiny", "--json"])
        told = json.loads(ran.stdout)
        assert [bar["name"] for bar in told["bars"]] == [
            "isolation.frame_p99_beyond_rest",
            "isolation.ping_p99_beyond_rest",
        ]
        for kind in ("apart", "together"):
            for done in ("pages", "reports", "imports"):
                assert told["results"][f"isolation.{kind}.load.{done}"]["minimum"] >= 1
            frames = told["results"][f"isolation.{kind}.rest.frames"]["minimum"]
            assert frames >= module("isolation").SIZES["tiny"].readers

    def test_sizes_are_the_same_three_everywhere(self) -> None:
        for name in BENCHES:
            assert list(module(name).SIZES) == ["tiny", "quick", "full"]
