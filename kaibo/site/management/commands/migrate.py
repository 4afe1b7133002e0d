"""Django's ``migrate``, which makes the tables of an empty database at once."""

from typing import Any

from django.apps import apps
from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

# With one of these Django's own command is asked for something else than "bring all up to date".
_OTHER_WISHES = ("app_label", "check_unapplied", "plan", "fake", "prune")


class Command(migrate.Command):
    """Bring every table up to date; a database without tables skips their history."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does, but for a database that is empty or up to date.

        An up-to-date one is left alone at once: Django would render every model to tell its
        receivers that nothing happened, at every start.
        """
        connection = connections[options["database"]]
        if any(options.get(name) for name in _OTHER_WISHES):
            super().handle(*args, **options)
        elif not connection.introspection.table_names():
            _make_tables(connection)
        elif _waiting(connection):
            super().handle(*args, **options)


def _waiting(connection: BaseDatabaseWrapper) -> bool:
    """Whether a migration has not been applied."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _make_tables(connection: BaseDatabaseWrapper) -> None:
    """Make the tables as the models say and record every migration as applied; all or nothing.

    The history of a hundred models costs Django half a minute, because it renders them anew for
    each operation. Migrations that move data have none to move here. A test holds the outcome
    to that of the history.
    """
    recorder = MigrationRecorder(connection)
    with connection.schema_editor() as editor:
        editor.create_model(recorder.Migration)
        for app in apps.get_app_configs():
            for model in router.get_migratable_models(app, connection.alias):
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
        for app_label, name in MigrationExecutor(connection).loader.disk_migrations:
            recorder.record_applied(app_label, name)
        # Kinds of content and permissions, which Django enters after every migration.
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
