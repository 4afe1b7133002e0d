"""The tree, the seal and the offline check."""

import datetime as dt
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from kaibo.base import trees
from kaibo.base.actor import SYSTEM
from kaibo.facts.access import PersonSignedIn
from kaibo.journal import reads, rules
from kaibo.journal.actions import append, seal
from kaibo.journal.models import Entry, Head, Leaf

NOW = dt.datetime(2026, 11, 11, 12, 0, tzinfo=dt.UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def merkle_tree_hash(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, as the text says it: the recursion the product's peaks must equal."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return trees.node_digest(merkle_tree_hash(leaves[:k]), merkle_tree_hash(leaves[k:]))


@given(st.lists(st.binary(max_size=8), max_size=70), st.integers(0, 70))
def test_a_tree_grown_in_two_steps_is_the_tree_of_the_rfc(bodies: list[bytes], cut: int) -> None:
    leaves = [trees.leaf_digest(body) for body in bodies]
    peaks, size = trees.grow([], 0, leaves[:cut])
    peaks, size = trees.grow(peaks, size, leaves[cut:])
    assert size == len(leaves)
    assert trees.root_of(peaks) == merkle_tree_hash(leaves)


def tell(count: int, *, show_id: int) -> None:
    with transaction.atomic():
        for i in range(count):
            fact = PersonSignedIn(person_id=i)
            append(fact, at=NOW, org_id=1, show_id=show_id, actor=SYSTEM(1))


@pytest.mark.django_db
def test_sealing_takes_each_fact_once_and_signs_the_head() -> None:
    tell(3, show_id=7)
    tell(2, show_id=8)
    assert reads.unsealed_shows() == [7, 8] or reads.unsealed_shows() == [8, 7]
    assert seal(7, key=KEY, now=NOW) == 3
    assert seal(7, key=KEY, now=NOW) == 0
    tell(4, show_id=7)
    assert seal(7, key=KEY, now=NOW) == 4
    assert [leaf.index for leaf in Leaf.objects.filter(show_id=7).order_by("index")] == list(
        range(7)
    )
    assert list(Head.objects.values_list("show_id", "size")) == [(7, 3), (7, 7)]
    assert reads.unsealed_shows() == [8]


@pytest.mark.django_db
def test_the_offline_check_holds_and_one_flipped_byte_is_named() -> None:
    tell(5, show_id=7)
    seal(7, key=KEY, now=NOW)
    tell(6, show_id=7)
    seal(7, key=KEY, now=NOW)
    lines = list(reads.evidence(7))
    verdict = rules.check_evidence(json.loads(json.dumps(lines)), KEY.public_key())
    assert (verdict.holds, verdict.leaves, verdict.heads) == (True, 11, 2)

    changed = json.loads(json.dumps(lines))
    leaf = next(line for line in changed if line["kind"] == "leaf" and line["index"] == 8)
    leaf["entry"]["body"] = leaf["entry"]["body"].replace("3", "4")
    verdict = rules.check_evidence(changed, KEY.public_key())
    assert verdict.problems == [
        f"leaf 8 was changed (entry {leaf['entry']['id']})",
        "the first 11 leaves do not fold to the signed root",
    ]

    missing = [line for line in lines if line.get("index") != 4]
    assert (
        "leaf 4 is missing: found leaf 5"
        in rules.check_evidence(missing, KEY.public_key()).problems
    )

    forged = json.loads(json.dumps(lines))
    forged[0]["size"] = 4
    problems = rules.check_evidence(forged, KEY.public_key()).problems
    assert "head of size 4: the signature is not the key's" in problems
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    assert not rules.check_evidence(lines, other.public_key()).holds


@pytest.mark.django_db
def test_a_fact_cannot_be_changed_in_the_database_unseen() -> None:
    tell(3, show_id=7)
    seal(7, key=KEY, now=NOW)
    entry = Entry.objects.order_by("id")[1]
    Entry.objects.filter(pk=entry.pk).update(actor="person:9")
    verdict = rules.check_evidence(reads.evidence(7), KEY.public_key())
    assert verdict.problems[0] == f"leaf 1 was changed (entry {entry.pk})"
