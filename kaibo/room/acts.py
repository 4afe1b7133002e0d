"""What people in a room do: each frame to its desk, each act to the lake."""

import datetime as dt
import time

from kaibo.base.errors import Refusal
from kaibo.compliance.reads import selling_paused
from kaibo.room import asked, talk
from kaibo.room.addresses import Buckets
from kaibo.room.claims import Claimant, ClaimDesk
from kaibo.room.errors import ChatPaused, StaffCannotClaim, TooFast, TryAgain
from kaibo.room.memory import Memory
from kaibo.room.rules import Limits, Pace, chat_text, check_may_chat
from kaibo.room.session import Session
from kaibo.room.talk import TalkDesk
from kaibo.room.tally import Tally
from kaibo.room.tray import TrayFull


class Acts:
    """The inbox of one room. Staff may only chat; viewers act within their pace."""

    def __init__(
        self, memory: Memory, *, tally: Tally, claims: ClaimDesk, chat: TalkDesk, limits: Limits
    ) -> None:
        self._memory, self._limits = memory, limits
        self._tally, self._claims, self._talk = tally, claims, chat
        # Kept over reconnections, so that a new socket brings no new allowance.
        self._paces: dict[int, Pace] = {}
        self._claimed: set[tuple[int, int]] = set()
        self._addresses = Buckets(
            rate=limits.claims_per_address_s, burst=limits.claims_per_address_burst
        )

    def receive(self, session: Session, message: asked.ClientMessage) -> None:
        """Handle one frame; what cannot be done is answered when the frame has a ``ref``."""
        if isinstance(message, asked.Claim):
            if session.is_staff:
                session.refuse(message.ref, StaffCannotClaim())
            else:
                self.claim(session, message)
        elif isinstance(message, asked.Chat):
            try:
                self._chat(session, message)
            except Refusal as refusal:
                session.refuse(message.ref, refusal)
            except TrayFull:
                session.refuse(message.ref, TryAgain())
        elif not session.is_staff:
            self._behave(session, message)

    def claim(self, claimant: Claimant, claim: asked.Claim) -> None:
        """Take a claim that came by any door; its claimant is told, now or after the commit."""
        viewer_id = claimant.viewer_id
        pace = self._pace(viewer_id).claims
        # One's own allowance first: who presses too fast takes nothing from the neighbours.
        if not pace.take(1, at=time.monotonic()) or not self._addresses.take(claimant.address):
            claimant.refuse(claim.ref, TooFast())
            return
        # Who wanted it is worth keeping; how often they pressed is not.
        wanted = (claim.sale_id, viewer_id)
        if wanted not in self._claimed:
            self._claimed.add(wanted)
            self._tally.note("claim_try", viewer_id, ref=str(claim.sale_id))
        try:
            self._claims.put(claimant, claim)
        except TrayFull:
            claimant.refuse(claim.ref, TryAgain())

    def _chat(self, session: Session, message: asked.Chat) -> None:
        now = dt.datetime.fromtimestamp(time.time(), dt.UTC)
        text = chat_text(message.text)
        if not session.is_staff:
            if selling_paused(self._memory.rung):
                raise ChatPaused
            check_may_chat(self._memory.mutes.get(session.viewer_id), now=now)
            if not self._pace(session.viewer_id).chat.take(1, at=time.monotonic()):
                raise TooFast
        because = chat_text(message.because) if message.because else ""
        draft = talk.draft_of(
            session, text=text, reply_to=message.reply_to, now=now, because=because
        )
        self._talk.put(session, message.ref, draft)

    def _behave(self, session: Session, message: asked.ClientMessage) -> None:
        viewer_id = session.viewer_id
        match message:
            case asked.Like(n=n):
                # Beyond the pace likes are not counted: the number stays honest.
                granted = self._pace(viewer_id).likes.take(n, at=time.monotonic())
                if granted:
                    self._tally.note("like", viewer_id, value=granted)
            case asked.Seen(link_no=link_no, what=what):
                if link_no in self._memory.links:
                    kind = "cart" if what == "cart" else f"product_{what}"
                    self._tally.note(kind, viewer_id, link_no=link_no)
            case asked.Beat(watching=watching):
                self._tally.note("beat", viewer_id, value=int(watching))
            case asked.Share():
                self._tally.note("share", viewer_id)
            case _:
                pass

    def _pace(self, viewer_id: int) -> Pace:
        pace = self._paces.get(viewer_id)
        if pace is None:
            pace = self._paces[viewer_id] = Pace(self._limits, at=time.monotonic())
        return pace
