"""Numbers that were on file get the keyed hash by which they are known again."""

from typing import Any

from django.db import migrations

from kaibo.access.crypto import decrypt_text, keyed_digests


def digest_numbers(apps: Any, schema_editor: Any) -> None:
    """Of several records of one document the oldest gets the hash; the others stay as they are."""
    Host = apps.get_model("hosts", "Host")
    seen = set()
    for host in Host.objects.exclude(id_number_encrypted="").order_by("pk"):
        number = decrypt_text(host.id_number_encrypted)
        digest = keyed_digests("hosts.id_number", f"resident_id {number}")[0]
        if (host.organisation_id, digest) not in seen:
            seen.add((host.organisation_id, digest))
            Host.objects.filter(pk=host.pk).update(id_number_digest=digest)


class Migration(migrations.Migration):
    dependencies = [("hosts", "0002_identity_files")]

    operations = [migrations.RunPython(digest_numbers, migrations.RunPython.noop)]
