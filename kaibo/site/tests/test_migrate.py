"""Tables made at once are those that their history makes."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.paths import ROOT

pytestmark = [
    pytest.mark.long,
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
    # Minutes of one core; that models and migrations agree is looked at in every check.
    pytest.mark.skipif("KAIBO_TEST_HISTORY" not in os.environ, reason="make test-history plays it"),
]

Table = frozenset[str]
AT_ONCE = ("",)
# A database that has a table is not empty: Django replays the rest.
BY_HISTORY = ("contenttypes", "")


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Two databases without tables, of the kind under test."""
    if connection.vendor == "sqlite":
        yield f"sqlite://{tmp_path}/once.sqlite3", f"sqlite://{tmp_path}/history.sqlite3"
        return
    server = connection.settings_dict
    names = [f"{server['NAME']}_{kind}" for kind in ("once", "history")]
    address = f"postgres://{server['USER']}@{server['HOST']}:{server['PORT']}"
    for name in names:
        _on_server(f'CREATE DATABASE "{name}"')
    yield f"{address}/{names[0]}", f"{address}/{names[1]}"
    for name in names:
        _on_server(f'DROP DATABASE "{name}"')


def test_tables_made_at_once_are_those_of_their_history(databases: tuple[str, str]) -> None:
    """Every column, index, constraint, and what Django enters itself."""
    once, history = databases
    _migrate(once, AT_ONCE)
    _migrate(history, BY_HISTORY)
    made, grown = _schema(once), _schema(history)
    assert made.keys() == grown.keys()
    assert {"django_migrations", "orders_order", "promotions_auction"} < made.keys()
    for name, table in made.items():
        assert table == grown[name], name
    for filled in ("django_migrations", "django_content_type", "auth_permission"):
        assert _count(once, filled) == _count(history, filled) > 0
    _migrate(once, AT_ONCE)
    assert _schema(once) == made


def _migrate(url: str, labels: tuple[str, ...]) -> None:
    for label in labels:
        command = [sys.executable, "manage.py", "migrate", *filter(None, [label]), "-v", "0"]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True)


def _schema(url: str) -> dict[str, Table]:
    """What a database says of each of its tables, in no order."""
    queries = _SQLITE if url.startswith("sqlite") else _POSTGRES
    tables: dict[str, set[str]] = {}
    for query in queries:
        for table, said in _rows(url, query):
            parts = _parts(said) if url.startswith("sqlite") else [said]
            if table.startswith("auth_"):
                # By history the keys of its join tables are of this project's kind.
                parts = [part.replace("id bigint", "id integer") for part in parts]
            tables.setdefault(table, set()).update(parts)
    return {name: frozenset(said) for name, said in tables.items()}


_SQLITE = ["SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"]
_POSTGRES = [
    "SELECT table_name, concat_ws(' ', column_name, data_type, character_maximum_length,"
    " is_nullable, column_default, is_identity) FROM information_schema.columns"
    " WHERE table_schema = 'public'",
    "SELECT conrelid::regclass::text, concat_ws(' ', conname, pg_get_constraintdef(oid))"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
]


def _parts(sql: str) -> list[str]:
    """What a CREATE statement defines, each on its own: columns may stand in any order."""
    parts, depth = [""], 0
    for char in sql.removesuffix(")"):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 1:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


def _rows(url: str, query: str) -> list[tuple[str, str]]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as file:
            return file.execute(query).fetchall()
    with psycopg.connect(url.replace("postgres://", "postgresql://")) as server:
        return server.execute(query.encode()).fetchall()


def _count(url: str, table: str) -> int:
    return int(_rows(url, f"SELECT count(*), '' FROM {table}")[0][0])


def _on_server(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
