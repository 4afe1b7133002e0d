/** The room this page is in: who we are, what is on, and the socket that keeps it true. */

import {
  addChat, applyFrame, emptyRoomView, newKey, Refused, RoomSocket, saleOf, ServerClock, socketUrl,
  wire, type Answer, type Ask, type LinkView, type SaleView, type ServerMessage, type SocketStatus,
} from '@kaibo/shared'
import { defineStore } from 'pinia'
import { markRaw } from 'vue'
import { api, useToken } from '../api'
import { language } from '../i18n'
import { device, keep, kept } from '../kept'
import { canProve, prove, type Challenge } from '../proof'
import type { Entered, Receipt, RoomPublic } from '../types'
import { useAuctions } from './auctions'
import { useBook } from './book'
import { useClaims } from './claims'
import { useCart } from './cart'
import { useDraws } from './draws'
import { useGroups } from './groups'
import { useFans } from './fans'
import { useInvites } from './invites'
import { useLines } from './lines'
import { hearOrder, useOrders } from './orders'
import { usePurse } from './purse'
import { useQuizzes } from './quizzes'

export type Phase = 'loading' | 'missing' | 'failed' | 'ready'
type Seen = 'impression' | 'click' | 'cart'

const LIKES_MAX = 1000

/** What belongs to the visit but to no screen. */
const visit = { token: '', socket: null as RoomSocket | null, impressions: new Set<string>() }

const pathOf = (code: string) => `/rooms/${encodeURIComponent(code)}`

export const useRoom = defineStore('room', {
  state: () => ({
    phase: 'loading' as Phase,
    about: null as RoomPublic | null,
    showId: 0,
    view: emptyRoomView(),
    clock: markRaw(new ServerClock()),
    status: 'connecting' as SocketStatus,
    closeCode: 0,
    wasOpen: false,
    mutedUntil: null as string | null,
    following: false,
    nickname: '',
    likesUnsent: 0,
    /** The browser does the sum that the door asks for. */
    proving: false,
  }),

  getters: {
    state: (room): RoomPublic['state'] => room.view.room?.state ?? room.about?.state ?? 'soon',
    links: (room): LinkView[] =>
      Object.values(room.view.links).sort((a, b) => a.link_no - b.link_no),
    /** The link being explained, else the one popped last; null when neither. */
    onAir: (room): LinkView | null => {
      const linkNo = room.view.explaining?.link_no ?? room.view.popped
      return linkNo === null ? null : (room.view.links[linkNo] ?? null)
    },
    likes: (room): number => room.view.counters.likes + room.likesUnsent,
  },

  actions: {
    async open(code: string): Promise<void> {
      this.phase = 'loading'
      try {
        this.about = await api.get<RoomPublic>(pathOf(code))
      } catch (error) {
        this.phase = error instanceof Refused && error.status === 404 ? 'missing' : 'failed'
        return
      }
      this.following = kept(`follow.${code}`) === '1'
      this.phase = 'ready'
      try {
        await this.enter(code)
      } catch (error) {
        // A crowded address (429) or a busy house: the socket's own tries go on.
        if (error instanceof Refused && !error.isUnknown && error.status !== 429) {
          this.stayOutside(code)
          return
        }
      }
      this.connect(code)
    },

    /**
     * The page stays useful without a place in the room: what was on, who sells, and, with the
     * ticket this phone was given during the show, the orders that were placed.
     */
    stayOutside(code: string): void {
      useToken(kept(`ticket.${code}`))
      void useOrders().refresh()
      void useAuctions().refresh()
    },

    knock(code: string, proof?: string): Promise<Entered> {
      const wanted = kept('nickname')
      return api.post<Entered>(`${pathOf(code)}/enter`, {
        device: device(),
        ...(wanted ? { nickname: wanted } : {}),
        ...(proof ? { proof } : {}),
      })
    },

    /** Where the operator asks for a proof of work, the refusal brings the challenge. */
    async knockWithProof(code: string, refused: unknown): Promise<Entered> {
      if (!(refused instanceof Refused) || refused.code !== 'proof_needed' || !canProve()) throw refused
      this.proving = true
      try {
        return await this.knock(code, await prove(refused.data.challenge as Challenge))
      } finally {
        this.proving = false
      }
    },

    async enter(code: string): Promise<string> {
      const entered = await this.knock(code).catch((error: unknown) => this.knockWithProof(code, error))
      visit.token = entered.token
      useToken(entered.token)
      keep(`ticket.${code}`, entered.token)
      this.showId = entered.show_id
      this.nickname = entered.viewer.nickname
      this.clock.heard(new Date(entered.server_time).getTime())
      return entered.token
    },

    connect(code: string): void {
      visit.socket?.stop()
      const socket = new RoomSocket({
        url: socketUrl(`/ws?lang=${language()}`),
        token: (renew) =>
          renew || visit.token === '' ? this.enter(code) : Promise.resolve(visit.token),
        onFrame: (frame) => this.read(frame),
        onStatus: (status, closeCode) => {
          if (visit.socket === socket) this.changed(status, closeCode)
        },
      })
      visit.socket = socket
      socket.start()
    },

    changed(status: SocketStatus, closeCode: number): void {
      this.status = status
      this.closeCode = closeCode
      if (closeCode === wire.CLOSE.ended && this.view.room) this.view.room.state = 'ended'
      if (status !== 'open') return
      // What may have been missed while the socket was away is asked for again.
      this.wasOpen = true
      void useOrders().refresh()
      void useClaims().refresh(this.showId)
      void useLines().refresh()
      void useDraws().refresh()
      void useAuctions().refresh()
      void useInvites().refresh()
      void useFans().refresh()
    },

    read(frame: ServerMessage): void {
      if ('at' in frame) this.clock.heard(frame.at)
      applyFrame(this.view, frame)
      if (frame.t === 'tick') for (const event of frame.events) if (event.e === 'auction') useAuctions().hear(event)
      if (frame.t !== 'private') return
      for (const event of frame.events) {
        if (event.e === 'order') hearOrder(event.order)
        else if (event.e === 'claim') useClaims().apply(event)
        else if (event.e === 'win') useAuctions().hearWin(event)
        else if (event.e === 'place') useLines().hear(event)
        else if (event.e === 'muted') this.mutedUntil = event.until_at
      }
    },

    ask(frame: Ask, repeatable = false): Promise<Answer> {
      if (!visit.socket) return Promise.reject(new Error('not in a room'))
      return visit.socket.ask(frame, repeatable)
    },

    /** Say a line; it appears at once when the room has accepted it. */
    async say(text: string, replyTo: number | null): Promise<Answer> {
      const answer = await this.ask({ t: 'chat', text, reply_to: replyTo })
      const { viewer } = this.view
      if (answer.data?.of === 'chat' && answer.data.state !== 'hidden' && viewer) {
        const { message_id: id } = answer.data
        addChat(this.view, [{
          id, viewer_id: viewer.id, nickname: viewer.nickname, text, at: this.clock.now(),
          kind: 'viewer', reply_to: replyTo,
        }])
      }
      return answer
    },

    claim(saleId: number, units: number, key: string, wait: boolean): Promise<Answer> {
      return this.ask({ t: 'claim', sale_id: saleId, units, key, wait }, true)
    },

    like(): void {
      this.likesUnsent += 1
    },

    /** Likes go out as one number a second; only what was sent is forgotten. */
    flushLikes(): void {
      const n = Math.min(this.likesUnsent, LIKES_MAX)
      if (n === 0 || !visit.socket?.send({ t: 'like', n })) return
      this.likesUnsent -= n
      // Until the next counters arrive the sent ones must not vanish from the screen.
      this.view.counters = { ...this.view.counters, likes: this.view.counters.likes + n }
    },

    follow(on: boolean): boolean {
      if (!visit.socket?.send({ t: 'follow', on })) return false
      this.following = on
      if (this.about) keep(`follow.${this.about.code}`, on ? '1' : null)
      return true
    },

    shared(): void {
      visit.socket?.send({ t: 'share' })
    },

    /** An impression counts once for each time the link is on air. */
    saw(linkNo: number, what: Seen): void {
      const { explaining } = this.view
      const since = explaining?.link_no === linkNo ? explaining.since : 0
      const once = `${linkNo}.${since}`
      if (what === 'impression' && visit.impressions.has(once)) return
      const sent = visit.socket?.send({ t: 'seen', link_no: linkNo, what })
      if (sent && what === 'impression') visit.impressions.add(once)
    },

    async rename(wanted: string): Promise<void> {
      if (!this.about) return
      const before = kept('nickname')
      keep('nickname', wanted)
      try {
        await this.enter(this.about.code)
      } catch (error) {
        keep('nickname', before)
        throw error
      }
      this.connect(this.about.code)
    },

    /** Returns the number to ask after it, and when the answer is due. */
    report(subject: string, subjectId: number, reason: string): Promise<Receipt> {
      const body = { subject, subject_id: subjectId, reason }
      const path = `${pathOf(this.about?.code ?? '')}/reports`
      return api.post<Receipt>(path, body, { key: newKey() })
    },

    saleOf(linkNo: number): SaleView | null {
      return saleOf(this.view, linkNo)
    },

    leave(): void {
      visit.socket?.stop()
      visit.socket = null
      visit.token = ''
      visit.impressions.clear()
      useToken(null)
      this.$reset()
      useAuctions().clear()
      useBook().clear()
      useClaims().clear()
      useLines().clear()
      useOrders().clear()
      useCart().clear()
      usePurse().clear()
      useDraws().clear()
      useQuizzes().clear()
      useInvites().clear()
      useFans().clear()
      useGroups().clear()
    },
  },
})
