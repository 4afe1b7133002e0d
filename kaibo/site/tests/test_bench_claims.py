"""The bench of claims counts what its subjects sold by code of its own; no test says how fast."""

import json
import os
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection

from kaibo.promotions.models import Claim
from kaibo.site.bench import claims
from kaibo.site.bench.claims_peers import django_view
from kaibo.site.bench.claims_redis import is_here, redis_claims
from kaibo.site.bench.claims_tries import audit, durability, forgetfulness, make_tries
from kaibo.site.bench.clients import Reader, masked
from kaibo.site.bench.scene import Scene
from kaibo.site.commands import bench as command


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

    @pytest.mark.bench
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
