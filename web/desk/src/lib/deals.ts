/** Group buys (拼团) and presales (预售) of a show at the desk. */

import { api } from '../api'
import type { ChangeWish } from './guards'
import type { Mood } from '../parts/StateChip.vue'

export interface GroupOffer {
  id: number
  link_no: number
  title: string
  size: number
  price_fen: number
  leader_price_fen: number | null
  alone_fen: number
  fill_s: number
  per_buyer_max: number
  state: 'running' | 'ended'
}

export type GroupState = 'open' | 'full' | 'succeeded' | 'expired' | 'refunded'

export interface Group {
  id: number
  group_offer_id: number
  link_no: number
  title: string
  size: number
  paid: number
  refunded: number
  seats_left: number
  state: GroupState
  fills_before: string
  members: { name_masked: string; is_leader: boolean; state: string; order_no: string | null }[]
}

export interface GroupPage {
  items: Group[]
  total: number
  page: number
  pages: number
  states: Partial<Record<GroupState, number>>
}

export interface Presale {
  id: number
  link_no: number
  title: string
  price_fen: number
  deposit_fen: number
  worth_fen: number
  balance_fen: number
  kind: 'earnest' | 'advance'
  late_rule: 'forfeit' | 'return'
  balance_opens_at: string
  balance_closes_at: string
  ship_by: string
  refund_deadline_days: number
  per_buyer_max: number
  state: 'running' | 'ended'
  words_zh: string
  words_en: string
}

export interface GroupTerms {
  link_no: number | null
  size: number
  price_fen: number | null
  leader_price_fen: number | null
  fill_s: number
  per_buyer_max: number
}

export interface PresaleTerms {
  link_no: number | null
  price_fen: number | null
  deposit_fen: number | null
  worth_fen: number | null
  kind: 'earnest' | 'advance'
  late_rule: 'forfeit' | 'return'
  balance_opens_at: string
  balance_closes_at: string
  ship_by: string
  refund_deadline_days: number | null
  per_buyer_max: number
}

export const GROUP_STATES: readonly GroupState[] = ['open', 'full', 'succeeded', 'expired', 'refunded']
export const GROUP_MOOD: Record<GroupState, Mood> = { open: 'sell', full: 'look', succeeded: 'fine', expired: 'look', refunded: 'plain' }

export const readGroupOffers = (show: number) => api.get<GroupOffer[]>(`/desk/shows/${show}/group-offers`)
export const readGroups = (show: number, state: GroupState | '', page: number) =>
  api.get<GroupPage>(`/desk/shows/${show}/groups?state=${state}&page=${page}`)
export const readPresales = (show: number) => api.get<Presale[]>(`/desk/shows/${show}/presales`)
export const endGroupOffer = (id: number) => api.post<GroupOffer>(`/desk/group-offers/${id}/end`)
export const endPresale = (id: number) => api.post<Presale>(`/desk/presales/${id}/end`)

export const newGroup = (): GroupTerms => ({ link_no: null, size: 3, price_fen: null, leader_price_fen: null, fill_s: 3_600, per_buyer_max: 1 })

/** The form as a change on air. */
export const groupWish = ({ link_no, price_fen, ...group }: GroupTerms): ChangeWish => ({ kind: 'group_buy', link_no: link_no ?? 0, price_fen: price_fen ?? 0, group })
export const presaleWish = ({ link_no, price_fen, ...rest }: PresaleTerms): ChangeWish =>
  ({ kind: 'presale', link_no: link_no ?? 0, presale: { price_fen: price_fen ?? 0, ...rest } })

const HOUR_MS = 3_600_000

/** Deposits until tomorrow, the balance for a day, goods two days later; all of it to be read before it starts. */
export function newPresale(now: number): PresaleTerms {
  const at = (hours: number) => new Date(Math.ceil(now / HOUR_MS + hours) * HOUR_MS).toISOString()
  return {
    link_no: null, price_fen: null, deposit_fen: null, worth_fen: null, kind: 'advance', late_rule: 'return',
    balance_opens_at: at(24), balance_closes_at: at(48), ship_by: at(96), refund_deadline_days: 3, per_buyer_max: 1,
  }
}

/** What a buyer pays in all, once the form says enough. */
export function totalFen(terms: PresaleTerms): number | null {
  const { price_fen: price, deposit_fen: deposit, worth_fen: worth } = terms
  return price === null || deposit === null || worth === null ? null : price - worth + deposit
}
