"""The benches tell the truth in a fixed shape; how fast this machine is, no test says."""

import json
import math
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection

from kaibo.compliance.reads import verdict_of
from kaibo.insight.lake import Lake
from kaibo.promotions.models import Claim
from kaibo.site.bench import claims, fanout, lake, text
from kaibo.site.bench.claims_peers import django_view
from kaibo.site.bench.claims_redis import is_here, redis_claims
from kaibo.site.bench.claims_tries import audit, durability, forgetfulness, make_tries
from kaibo.site.bench.fanout_readers import Reader, masked
from kaibo.site.bench.figures import Outcome, pairwise
from kaibo.site.bench.scene import Scene
from kaibo.site.commands import bench as command

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


class TestText:
    def test_shape(self) -> None:
        told = check_shape(text.run(text.SIZES["tiny"], say=quiet))
        assert names(told) == ["text.all_rules_vs_bare_chain"]

    def test_lines_are_what_their_kind_says(self) -> None:
        lines = text.make_lines(1_000)
        assert {kind: len(found) for kind, found in lines.items()} == {
            "plain": 820, "noisy": 150, "guilty": 30,
        }  # fmt: skip
        assert text.make_lines(1_000) == lines
        verdicts = {kind: {text.judge(line) for line in found} for kind, found in lines.items()}
        assert verdicts["plain"] == {"clear"}
        assert "violation" in verdicts["guilty"]
        assert verdict_of(()) == "clear"


class TestLake:
    def test_shape_and_equal_numbers(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Board and raw DuckDB must agree before their times are compared."""
        monkeypatch.setattr(settings, "KAIBO_LAKE", tmp_path / "lake")
        monkeypatch.setattr(settings, "KAIBO_HOME", tmp_path)
        own = Lake(tmp_path / "lake")
        monkeypatch.setattr(lake, "lake", lambda: own)
        monkeypatch.setattr("kaibo.insight.actions.lake", lambda: own)
        monkeypatch.setattr("kaibo.insight.reads.lake", lambda: own)
        told = check_shape(lake.run(lake.Sizes(events=300, rounds=1, boards=1), say=quiet))
        assert names(told) == [
            "lake.ingest_vs_parquet",
            "lake.board_live_vs_raw_duckdb",
            "lake.board_compacted_vs_raw_duckdb",
        ]


class TestClaims:
    @pytest.mark.django_db(transaction=True)
    def test_the_engine_and_its_peers_sell_exactly_what_there_is(self) -> None:
        sizes = claims.Sizes(batched=120, singles=20, socketed=0, sockets=0, rounds=1, fsync_s=0.01)
        found = claims.Found()
        claims.engine_round(sizes, Scene(on_hand=10_000), found)
        assert found.faults == [0.0] * 5
        subjects = {"single", "django_view", "batch_100", "batch_1000", "batch_1000_scarce"}
        bare = {"bare_sqlite_single"} if connection.vendor == "sqlite" else set()
        assert set(found.winners) == set(found.cpu) == subjects | bare
        assert not list(settings.KAIBO_HOME.glob("bare.sqlite3*"))

    def test_some_attempts_are_the_same_request_again_and_some_are_greedy(self) -> None:
        tries = make_tries(1_000)
        assert len(tries) == 1_000
        assert len({one.buyer for one in tries}) == 940
        assert 940 < len(set(tries)) <= 950
        assert all(int(one.key[-12:], 16) == one.buyer for one in tries)
        assert make_tries(1_000) == tries

    @pytest.mark.django_db(transaction=True)
    def test_the_recount_notices_what_must_not_be(self) -> None:
        scene = Scene(on_hand=100)
        sale_id, tries = scene.start_sale(2), make_tries(20)[:4]
        with pytest.raises(RuntimeError, match="0 of 2 sold"):
            audit(sale_id, units=2, told=())
        told = django_view(sale_id, tries)[1]
        assert audit(sale_id, units=2, told=told).faults == 0
        untold = [one for one in told if one.claim_id is None]
        assert audit(sale_id, units=2, told=untold).unequal == 2
        at_odds = [msgspec.structs.replace(one, claim_id=None) for one in told]
        assert audit(sale_id, units=2, told=at_odds).unequal == 2
        two = Claim.objects.filter(sale_id=sale_id)
        two.update(viewer_id=1)
        assert audit(sale_id, units=2, told=told).over_limit == 1

    @pytest.mark.django_db
    def test_a_database_that_may_forget_is_told_from_one_that_may_not(self) -> None:
        """A server of the tests may run without fsync, so only its settings' names are used."""
        found = durability()
        durable = dict.fromkeys(found, "2" if connection.vendor == "sqlite" else "on")
        assert forgetfulness(durable) == ""
        for name in found:
            lax = forgetfulness(durable | {name: "off"})
            assert lax == f"the database is not durable: {name} is off"

    @pytest.mark.skipif(not is_here(), reason="redis-server is not installed")
    def test_redis_sells_exactly_what_there_is(self, tmp_path: Path) -> None:
        core = min(os.sched_getaffinity(0))
        pace = redis_claims(make_tries(200), folder=tmp_path, fsync="always", core=core)
        assert pace.winners_per_s > 0
        assert not list(tmp_path.iterdir())


class TestReader:
    def test_counts_whole_frames_however_they_are_cut(self) -> None:
        reader = Reader.__new__(Reader)
        reader.frames, reader._rest = 0, b""
        reader._is_open, reader._join = True, b""
        reader.ready = _Done()  # type: ignore[assignment]
        small, large = b"\x81\x02hi", b"\x81\x7e\x01\x00" + b"x" * 256
        for byte in small + large + small:
            reader.data_received(bytes((byte,)))
        assert reader.frames == 3
        assert reader._rest == b""

    def test_a_clients_frame_is_masked(self) -> None:
        assert masked(b"hi") == b"\x81\x82\x00\x00\x00\x00hi"


class _Done:
    def done(self) -> bool:
        return True


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
        ran = CliRunner().invoke(command.bench_command, ["text", "--quick", "--json"])
        told = json.loads(ran.stdout)
        assert ran.exit_code == 0
        assert {"machine", "runs", "results", "bars"} <= set(told)
        assert told["runs"] == {"text": 1}
        assert [bar["holds"] for bar in told["bars"]] == [True, None]
        assert {"cpu", "cores", "load_1m", "load_1m_after"} <= set(told["machine"])

    def test_1_when_a_bar_does_not_hold(self, outcome: Outcome) -> None:
        outcome.judge("a_vs_b", [3.0], 2.0, sense="at_most")
        assert CliRunner().invoke(command.bench_command, ["text"]).exit_code == 1

    def test_2_for_an_unknown_name(self) -> None:
        assert CliRunner().invoke(command.bench_command, ["speed"]).exit_code == 2

    def test_all_without_a_name(self, outcome: Outcome) -> None:
        told = json.loads(CliRunner().invoke(command.bench_command, ["--json"]).stdout)
        assert told["benches"] == list(command.NAMES)
        assert told["size"] == "full"

    @pytest.mark.slow
    @pytest.mark.timeout(300)
    def test_a_real_run_leaves_nothing_behind(self) -> None:
        """Through real processes and sockets: five readers on three servers."""
        before = sorted(settings.KAIBO_HOME.iterdir())
        ran = CliRunner().invoke(command.bench_command, ["fanout", "--tiny", "--json"])
        told = json.loads(ran.stdout)
        assert told["results"]["fanout.plain.delivered"]["median"] == 50
        assert [bar["name"] for bar in told["bars"]] == [
            "fanout.room_vs_plain_protocol",
            "fanout.room_vs_c_epoll",
            "fanout.room_vs_nchan",
            "fanout.room_kib_per_connection",
        ]
        assert sorted(settings.KAIBO_HOME.iterdir()) == before

    @pytest.mark.slow
    @pytest.mark.timeout(300)
    @pytest.mark.django_db(transaction=True)
    def test_claims_through_sockets_are_answered_as_the_rows_say(self) -> None:
        """Through real processes and sockets, on a database of its own."""
        ran = CliRunner().invoke(command.bench_command, ["claims", "--tiny", "--json"])
        told = json.loads(ran.stdout)
        bars = {bar["name"]: bar for bar in told["bars"]}
        assert bars["claims.faults"]["value"] == 0.0
        assert {"claims.sockets_half_vs_echo", "claims.sockets_scarce_vs_echo"} <= set(bars)
        assert told["results"]["claims.sockets_half.winners"]["median"] > 0

    def test_sizes_are_the_same_three_everywhere(self) -> None:
        for module in (claims, text, fanout, lake):
            assert list(module.SIZES) == ["tiny", "quick", "full"]
