"""Who stands before the camera, when their identity was last checked, and the proof of it."""

from django.db import models
from django.db.models import CASCADE, PROTECT, F, Q

from kaibo.base.inputs import URL_CHARS_MAX
from kaibo.hosts.rules import (
    ADULT_YEARS,
    HOST_YEARS_MIN,
    METHODS,
    NAME_CHARS_MAX,
    VERIFIED_MONTHS,
)
from kaibo.hosts.rules.documents import DOCUMENTS, NUMBER_CHARS_MAX
from kaibo.hosts.rules.operator import ADDRESS_CHARS_MAX, CONTACT_CHARS_MAX, OPERATORS
from kaibo.hosts.rules.standing import (
    AFFILIATIONS,
    EDITIONS,
    PAPERS,
    PARTS,
    PARTY_CHARS_MAX,
    RELATIONS,
    SCORE_MAX,
    TITLE_CHARS_MAX,
)

REASON_CHARS_MAX = 200


class Host(models.Model):
    """A person who appears. The document's number is encrypted; pages see it masked.

    ``id_number_digest`` is a keyed hash, so that nobody is written down twice. ``refused_at``:
    the last document that was read was somebody else's.
    """

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    person = models.ForeignKey("access.Person", PROTECT, null=True, blank=True, related_name="+")
    part = models.CharField(
        max_length=8, default="host", choices=[(part, zh) for part, (zh, _) in PARTS.items()]
    )
    name = models.CharField(max_length=NAME_CHARS_MAX)
    stage_name = models.CharField(max_length=NAME_CHARS_MAX)
    avatar_url = models.CharField(max_length=URL_CHARS_MAX, blank=True, default="")
    document = models.CharField(
        max_length=11,
        default="resident_id",
        choices=[(kind, zh) for kind, (zh, _) in DOCUMENTS.items()],
    )
    id_number_encrypted = models.TextField(blank=True, default="")
    id_number_masked = models.CharField(max_length=NUMBER_CHARS_MAX, blank=True, default="")
    id_number_digest = models.CharField(max_length=64, blank=True, default="")
    born_on = models.DateField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        "access.Person", PROTECT, null=True, blank=True, related_name="+"
    )
    verification_method = models.CharField(
        max_length=20, blank=True, default="", choices=[(method, method) for method in METHODS]
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    guardian_consent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "id_number_digest"],
                condition=~Q(id_number_digest=""),
                name="hosts_document_once",
            ),
            models.CheckConstraint(
                condition=Q(refused_at=None) | Q(verified_at=None),
                name="hosts_refused_is_not_verified",
            ),
        ]

    def __str__(self) -> str:
        return self.stage_name


class Paper(models.Model):
    """A picture on file, encrypted: of the person, or of what they signed."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    host = models.ForeignKey(Host, PROTECT, related_name="papers")
    kind = models.CharField(max_length=11, choices=[(kind, zh) for kind, (zh, _) in PAPERS.items()])
    content_encrypted = models.TextField()
    digest = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.host_id} {self.kind}"


class Guardian(models.Model):
    """Who consented for somebody of 16 or 17, and on what paper; the newest counts."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    host = models.ForeignKey(Host, PROTECT, related_name="guardians")
    name_encrypted = models.TextField()
    name_masked = models.CharField(max_length=NAME_CHARS_MAX)
    id_number_encrypted = models.TextField()
    id_number_masked = models.CharField(max_length=NUMBER_CHARS_MAX)
    relation = models.CharField(
        max_length=11, choices=[(kind, zh) for kind, (zh, _) in RELATIONS.items()]
    )
    signed_on = models.DateField()
    paper = models.ForeignKey(Paper, PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.host_id} {self.relation}"


class Affiliation(models.Model):
    """Where somebody belongs from a day on, proved by a paper; rows are never changed."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    host = models.ForeignKey(Host, PROTECT, related_name="affiliations")
    kind = models.CharField(
        max_length=8, choices=[(kind, zh) for kind, (zh, _) in AFFILIATIONS.items()]
    )
    party_name = models.CharField(max_length=PARTY_CHARS_MAX, blank=True, default="")
    party_code = models.CharField(max_length=18, blank=True, default="")
    responsible_name = models.CharField(max_length=PARTY_CHARS_MAX, blank=True, default="")
    responsible_code = models.CharField(max_length=18, blank=True, default="")
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    paper = models.ForeignKey(Paper, PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("since_on")),
                name="hosts_affiliation_term",
            ),
            models.CheckConstraint(
                condition=Q(kind="self", party_name="") | (~Q(kind="self") & ~Q(party_name="")),
                name="hosts_affiliation_party",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.host_id} {self.kind} {self.since_on}"


class Edition(models.Model):
    """One edition of the agreement or of the training course; editions never change."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    kind = models.CharField(
        max_length=9, choices=[(kind, zh) for kind, (zh, _) in EDITIONS.items()]
    )
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_CHARS_MAX)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    is_mandatory = models.BooleanField()
    pass_score = models.PositiveSmallIntegerField(default=0)
    grace_days = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "number"], name="hosts_edition_once"
            ),
            models.CheckConstraint(
                condition=Q(pass_score__lte=SCORE_MAX), name="hosts_edition_score"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Proof(models.Model):
    """An edition that somebody signed, or sat the test of; a failed test is kept too."""

    organisation = models.ForeignKey("access.Organisation", PROTECT, related_name="+")
    host = models.ForeignKey(Host, PROTECT, related_name="proofs")
    edition = models.ForeignKey(Edition, PROTECT, related_name="proofs")
    done_on = models.DateField()
    score = models.PositiveSmallIntegerField(default=0)
    is_passed = models.BooleanField()
    paper = models.ForeignKey(Paper, PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__lte=SCORE_MAX), name="hosts_proof_score"),
        ]

    def __str__(self) -> str:
        return f"{self.host_id} {self.edition_id} {self.done_on}"


class Operator(models.Model):
    """Who runs the organisation's rooms; the picture of the licence is encrypted."""

    organisation = models.OneToOneField("access.Organisation", PROTECT, related_name="+")
    kind = models.CharField(
        max_length=7, choices=[(kind, zh) for kind, (zh, _) in OPERATORS.items()]
    )
    name = models.CharField(max_length=PARTY_CHARS_MAX)
    credit_code = models.CharField(max_length=18, blank=True, default="")
    host = models.ForeignKey(Host, PROTECT, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=ADDRESS_CHARS_MAX)
    contact = models.CharField(max_length=CONTACT_CHARS_MAX)
    licence_expires_on = models.DateField(null=True, blank=True)
    licence_encrypted = models.TextField(blank=True, default="")
    licence_digest = models.CharField(max_length=64, blank=True, default="")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        "access.Person", PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="company", host=None) & ~Q(credit_code="")
                | Q(kind="person", host__isnull=False, credit_code=""),
                name="hosts_operator_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Terms(models.Model):
    """What an organisation has set for the people who appear; no row is the law's own numbers."""

    organisation = models.OneToOneField("access.Organisation", CASCADE, related_name="+")
    reverify_months = models.PositiveSmallIntegerField(default=VERIFIED_MONTHS)
    age_min = models.PositiveSmallIntegerField(default=HOST_YEARS_MIN)
    training_months = models.PositiveSmallIntegerField(default=12)
    check_hours = models.PositiveSmallIntegerField(default=12)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    reverify_months__range=(1, VERIFIED_MONTHS),
                    age_min__range=(HOST_YEARS_MIN, ADULT_YEARS),
                    training_months__range=(1, 36),
                    check_hours__range=(1, 24),
                ),
                name="hosts_terms_are_lawful",
            ),
        ]

    def __str__(self) -> str:
        return f"terms of {self.organisation_id}"
