/** Draws (福袋) of a show at the desk. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'

export type DrawState = 'draft' | 'published' | 'open' | 'closed' | 'drawn' | 'settled' | 'cancelled'
export type AwardState = 'awarded' | 'claimed' | 'shipped' | 'delivered' | 'given' | 'lapsed'
export const PRIZE_KINDS = ['goods', 'right', 'coupon'] as const

export interface DrawPrize {
  name: string
  /** A coupon is valued by its terms when it is published, and comes to its winner by itself. */
  kind: (typeof PRIZE_KINDS)[number]
  value_fen: number | null
  proof: string
  count: number | null
  promotion_id: number | null
}

export interface DrawTerms {
  title: string
  prizes: DrawPrize[]
  audience: string
  keyword: string
  opens_at: string | null
  closes_at: string | null
  claim_days: number | null
  claim_how: string
  organiser: string
}

export interface Draw {
  id: number
  show_id: number
  state: DrawState
  /** How many it asks; with any, one enters it by answering. */
  questions: number
  terms: DrawTerms
  commit: string
  seed: string
  entries: number
  kept_out: number
  lapses_at: string | null
}

export interface Award {
  id: number
  place: number
  prize: string
  value_fen: number
  state: AwardState
  lapses_at: string
  shipped_at: string | null
  delivered_at: string | null
  receiver_masked: string
  carrier_zh: string
  carrier_en: string
  waybill: string
}

export const DRAW_MOOD: Record<DrawState, Mood> = {
  draft: 'plain', published: 'look', open: 'sell', closed: 'look', drawn: 'fine', settled: 'info', cancelled: 'plain',
}
export const AWARD_MOOD: Record<AwardState, Mood> = { awarded: 'look', claimed: 'sell', shipped: 'info', delivered: 'fine', given: 'fine', lapsed: 'plain' }

export const readDraws = (show: number) => api.get<Draw[]>(`/desk/shows/${show}/draws`)
export const readAwards = (draw: number) => api.get<Award[]>(`/desk/draws/${draw}/awards`)
/** Only what makes it better for entrants: more prizes, longer to claim (LM-103). */
export const favourDraw = (draw: number, terms: Pick<DrawTerms, 'prizes' | 'claim_days'>) => api.post<Draw>(`/desk/draws/${draw}/change`, terms)
export const stepDraw = (draw: number, verb: string) => api.post<Draw>(`/desk/draws/${draw}/${verb}`)

/** The one step that comes next, if its time has come; what is too early is not offered. */
export function nextStep(draw: Draw, now: number): string | null {
  const { opens_at: opens, closes_at: closes } = draw.terms
  if (draw.state === 'draft') return 'publish'
  if (draw.state === 'published') return opens && Date.parse(opens) <= now ? 'open' : null
  if (draw.state === 'open') return closes && Date.parse(closes) <= now ? 'close' : null
  return draw.state === 'closed' ? 'reveal' : null
}

const MINUTE_MS = 60_000

export const newPrize = (): DrawPrize => ({ name: '', kind: 'goods', value_fen: null, proof: '', count: 1, promotion_id: null })
/** A line without a name, and a coupon that was not chosen, is no prize yet. */
export const isNamed = (prize: DrawPrize) => prize.name.trim() !== '' && (prize.kind !== 'coupon' || prize.promotion_id !== null)

/** Terms for a draw that opens in a minute and stays open for ten. */
export function newTerms(now: number, organiser: string): DrawTerms {
  const at = (minutes: number) => new Date(Math.floor(now / MINUTE_MS + minutes) * MINUTE_MS).toISOString()
  return {
    title: '', prizes: [newPrize()], audience: 'everyone', keyword: '',
    opens_at: at(1), closes_at: at(11), claim_days: 7, claim_how: '', organiser,
  }
}
