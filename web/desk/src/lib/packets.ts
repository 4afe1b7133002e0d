/** Red packets (红包) of a show at the desk. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'

export type PacketState = 'draft' | 'published' | 'open' | 'finished' | 'cancelled'

export interface PacketTerms {
  title: string
  total_fen: number | null
  number: number | null
  split: 'equal' | 'random'
  least_fen: number | null
  most_fen: number | null
  audience: string
  opens_at: string | null
  closes_at: string | null
  credit_days: number | null
  organiser: string
  /** Each portion is a coupon of this promotion instead of an amount. */
  promotion_id: number | null
}

export interface Packet {
  id: number
  state: PacketState
  terms: PacketTerms
  commit: string
  /** The coupon that each portion is, once published. */
  coupon: { title_zh: string; title_en: string } | null
  claims: number
  claimed_fen: number
}

export const PACKET_MOOD: Record<PacketState, Mood> = { draft: 'plain', published: 'look', open: 'sell', finished: 'fine', cancelled: 'plain' }

export const readPackets = (show: number) => api.get<Packet[]>(`/desk/shows/${show}/packets`)
export const stepPacket = (id: number, verb: string) => api.post<Packet>(`/desk/packets/${id}/${verb}`)

/** The one step that comes next, if its time has come; the end comes by itself. */
export function nextPacketStep(packet: Packet, now: number): string | null {
  if (packet.state === 'draft') return 'publish'
  const { opens_at: opens, closes_at: closes } = packet.terms
  const isTime = opens !== null && closes !== null && Date.parse(opens) <= now && now < Date.parse(closes)
  return packet.state === 'published' && isTime ? 'open' : null
}

const MINUTE_MS = 60_000

/** Terms for a red packet that can open in a minute, for ten minutes. */
export function newPacket(now: number, organiser: string): PacketTerms {
  const at = (minutes: number) => new Date(Math.floor(now / MINUTE_MS + minutes) * MINUTE_MS).toISOString()
  return {
    title: '', total_fen: null, number: 10, split: 'random', least_fen: null, most_fen: null, audience: 'everyone',
    opens_at: at(1), closes_at: at(11), credit_days: 7, organiser, promotion_id: null,
  }
}
