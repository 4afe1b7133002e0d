"""Django's ``migrate``, which makes the tables of an empty database at once."""

from typing import Any

from django.apps import apps
from django.core.management.commands import migrate
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

# With one of these Django's own command is asked for something else than "bring all up to date".
_OTHER_WISHES = ("app_label", "check_unapplied", "plan", "fake", "prune")


class Command(migrate.Command):
    """Bring every table up to date; a database without tables skips their history."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does, which finds nothing left to do where all tables are new."""
        connection = connections[options["database"]]
        wants_all = not any(options.get(name) for name in _OTHER_WISHES)
        if wants_all and not connection.introspection.table_names():
            _make_tables(connection)
        super().handle(*args, **options)


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
