"""Tables of organisations and people."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.db import models

from kaibo.access.rules import ROLES


class Organisation(models.Model):
    """A merchant, agency or platform operator: the border that no read crosses."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False)
    # Shown persistently in every room (直播电商监督管理办法 art. 26).
    seller_name = models.CharField(max_length=120, blank=True)
    seller_licence_no = models.CharField(max_length=40, blank=True)
    seller_address = models.CharField(max_length=200, blank=True)
    seller_contact = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in."""

    username = models.CharField("账号", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    is_active = models.BooleanField("启用", default=True)
    is_staff = models.BooleanField("可进管理后台", default=False)
    joined_at = models.DateTimeField(null=True)
    # The password was set by somebody else: until then it opens its own change and nothing more.
    temporary_until = models.DateTimeField(null=True)
    # Tickets of sockets from before open nothing.
    password_set_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    # Django's manager writes an e-mail column that this table does not have, so people are
    # made by ``actions.add_person``; the manager serves look-ups by natural key.
    objects: ClassVar[UserManager["Person"]] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.username


class Membership(models.Model):
    """A role of a person in an organisation."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(role, zh) for role, (zh, _) in ROLES.items()])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"], name="role_held_once"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=list(ROLES)), name="role_is_one_of_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.role}"


class ApiKey(models.Model):
    """A program's way in; of the key itself only a hash is kept."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=60)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    # The shop's day: a moment would cost a write for every request.
    used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="access_key_has_name"),
            models.CheckConstraint(
                condition=models.Q(expires_at=None)
                | models.Q(expires_at__gt=models.F("created_at")),
                name="access_key_lives",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} kb_{self.prefix}"


class Answer(models.Model):
    """What a question with an ``Idempotency-Key`` was answered; ``asked`` is its fingerprint."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body_encrypted = models.TextField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="access_answer_once"),
        ]

    def __str__(self) -> str:
        return self.name
