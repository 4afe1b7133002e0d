/** The guards of a show: what stopped, what waits for a second person, and within which limits. */

import { priceText } from '@kaibo/shared'
import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'
import type { AuctionTerms } from './auctions'
import type { PresaleTerms } from './deals'

export interface Trip {
  id: number
  /** Null where it is of a promotion, over all links. */
  link_no: number | null
  sale_id: number | null
  promotion_id: number | null
  title: string
  cause: 'pace' | 'correction'
  window_s: number
  off_fen: number
  off_fen_max: number
  tripped_at: string
  state: 'tripped' | 'asked' | 'reset' | 'lifted'
  reason: string
  asked_by: number | null
}

export type ChangeWish =
  | { kind: 'price'; link_no: number; price_fen: number; early_tier?: number; early_s?: number }
  | { kind: 'units'; link_no: number; units: number }
  | {
      kind: 'flash_sale'; link_no: number; price_fen: number; units: number
      sale: { per_buyer_max: number; opens_in_s: number; lasts_s: number; pay_within_s: number; has_waitlist: boolean; early_tier: number; early_s: number }
    }
  | { kind: 'group_buy'; link_no: number; price_fen: number; group: { size: number; fill_s: number; per_buyer_max: number; leader_price_fen: number | null } }
  | { kind: 'presale'; link_no: number; presale: Omit<PresaleTerms, 'link_no' | 'price_fen'> & { price_fen: number } }
  | { kind: 'auction'; link_no: number; auction: Omit<AuctionTerms, 'link_no' | 'start_fen'> & { start_fen: number } }
  | { kind: 'promotion' }
  | { kind: 'drop'; lasts_s: number }
  | { kind: 'extension'; extension: Record<string, unknown> }

/** What a change would do; nothing was written. */
export interface ChangePreview {
  link_no: number | null
  promotion_id: number | null
  price_fen: number | null
  new_price_fen: number | null
  units_left: number | null
  new_units_left: number | null
  lowest_fen: number | null
  lowest_sku: string
  holders: number
  off_fen: number
  dangers: string[]
  confirmers: string[]
  undo_s: number
}

export interface Change {
  id: number
  link_no: number | null
  promotion_id: number | null
  title: string
  kind: ChangeWish['kind']
  terms: { price_fen?: number; units?: number; lasts_s?: number; presale?: { price_fen: number }; auction?: { start_fen: number } }
  dangers: string[]
  off_fen: number
  state: 'asked' | 'made' | 'rejected' | 'undone'
  asked_by: number
  asked_at: string
  expires_at: string
  made_at: string | null
  undo_until: string | null
}

export interface Guards {
  trips: Trip[]
  changes: Change[]
  marks: { sale_id: number; link_no: number; mark: string }[]
}

export type Thresholds = Record<
  'short_s' | 'short_off_fen_max' | 'long_s' | 'long_off_fen_max' | 'price_share_bp_min' | 'undo_s' | 'ask_lasts_s' | 'tag_days',
  number
>

export const TRIP_MOOD: Record<Trip['state'], Mood> = { tripped: 'wrong', asked: 'look', reset: 'fine', lifted: 'fine' }
export const CHANGE_MOOD: Record<Change['state'] | 'lapsed', Mood> = { asked: 'look', made: 'fine', rejected: 'plain', undone: 'plain', lapsed: 'plain' }

export const readGuards = (show: number) => api.get<Guards>(`/desk/shows/${show}/guards`)

/** A change that nobody confirmed in time stays in the list as what it was asked to be. */
export const stateOf = (change: Change, now: number): Change['state'] | 'lapsed' =>
  change.state === 'asked' && Date.parse(change.expires_at) <= now ? 'lapsed' : change.state

export const mayUndo = (change: Change, now: number) =>
  change.state === 'made' && change.undo_until !== null && Date.parse(change.undo_until) > now

/** What still has to be decided comes first, then the newest. */
export function ordered<T extends { id: number; state: string }>(rows: readonly T[]): T[] {
  const open = (row: T) => (row.state === 'asked' || row.state === 'tripped' ? 0 : 1)
  return [...rows].sort((a, b) => open(a) - open(b) || b.id - a.id)
}

/** A span in the largest unit that is whole: 60 is one minute. */
export function spanOf(seconds: number): { unit: 's' | 'min' | 'h'; n: number } {
  if (seconds % 3600 === 0) return { unit: 'h', n: seconds / 3600 }
  return seconds % 60 === 0 ? { unit: 'min', n: seconds / 60 } : { unit: 's', n: seconds }
}

type Say = (key: string, named: Record<string, unknown>) => string
export interface Said {
  link_no: number | null
  title: string
  kind: ChangeWish['kind']
  terms: { price_fen?: number; units?: number; lasts_s?: number; presale?: { price_fen: number }; auction?: { start_fen: number } }
}

/** What a change is, in one line. */
export const changeText = ({ link_no: n, title, kind, terms }: Said, t: Say) =>
  t(`guards.change.${kind}`, {
    n, name: title, units: terms.units ?? 0, seconds: terms.lasts_s ?? 0,
    price: priceText(terms.presale?.price_fen ?? terms.auction?.start_fen ?? terms.price_fen ?? 0),
  })
