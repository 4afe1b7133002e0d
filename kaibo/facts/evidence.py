"""What can happen to evidence: packs asked for, built, handed out."""

from typing import Literal

from kaibo.facts.base import Fact


class PackAsked(Fact, frozen=True, kw_only=True, tag="evidence.pack_asked.1"):
    """Somebody wants a pack; for whom and why stands with the export."""

    export_id: int
    subject_kind: str
    subject_id: str
    version: Literal["consumer", "authority"]


class PackBuilt(Fact, frozen=True, kw_only=True, tag="evidence.pack_built.1"):
    """A pack is whole; ``root`` is of its tree, ``sha256`` of its file, in hex."""

    export_id: int
    pack_id: str
    items: int
    byte_count: int
    root: str
    sha256: str


class PackFailed(Fact, frozen=True, kw_only=True, tag="evidence.pack_failed.1"):
    """A pack was not built; ``fault`` is a code."""

    export_id: int
    fault: str


class PackHandedOut(Fact, frozen=True, kw_only=True, tag="evidence.pack_handed_out.1"):
    """A pack left the house through the hands of the fact's doer."""

    export_id: int
    download_id: int


class RecordingSealed(Fact, frozen=True, kw_only=True, tag="evidence.recording_sealed.1"):
    """A recording's segments as they were when its stream ended.

    ``root`` is of the RFC 6962 tree over the lines of its index, in hex.
    """

    session_id: str
    segments: int
    root: str


class HoldPlaced(Fact, frozen=True, kw_only=True, tag="evidence.hold_placed.1"):
    """Nothing of the fact's show may be deleted, whatever its age."""

    hold_id: int


class HoldLifted(Fact, frozen=True, kw_only=True, tag="evidence.hold_lifted.1"):
    """That hold is over; others may stand."""

    hold_id: int


class DeletionAsked(Fact, frozen=True, kw_only=True, tag="evidence.deletion_asked.1"):
    """Somebody wants the recordings of a show gone; somebody else has to agree."""

    deletion_id: int


class DeletionRefused(Fact, frozen=True, kw_only=True, tag="evidence.deletion_refused.1"):
    """They stay for now."""

    deletion_id: int


class DeletionConfirmed(Fact, frozen=True, kw_only=True, tag="evidence.deletion_confirmed.1"):
    """A second person agreed; ``certificate`` is the SHA-256 of the list of what goes."""

    deletion_id: int
    certificate: str


class RecordingsDeleted(Fact, frozen=True, kw_only=True, tag="evidence.recordings_deleted.1"):
    """The files of that deletion are gone."""

    deletion_id: int
