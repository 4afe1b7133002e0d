/** Auctions (竞价) of a show at the desk: their terms, what may be wrong with them, how they stand. */

import { priceText, Refused, type AuctionNow } from '@kaibo/shared'
import { api } from '../api'
import type { ChangeWish } from './guards'
import type { Mood } from '../parts/StateChip.vue'
import type { OpenLink } from './links'

export interface AuctionTerms {
  link_no: number | null
  units: number
  start_fen: number | null
  step_fen: number | null
  reserve_fen: number | null
  buy_now_fen: number | null
  opens_in_s: number
  lasts_s: number
  extend_within_s: number
  extend_by_s: number
  extend_max_s: number
  bids_per_buyer_max: number
  pay_within_s: number
  next_offers_max: number
}

export type AuctionField = keyof AuctionTerms
export type WinState = 'held' | 'ordered' | 'paid' | 'lapsed'

/** What the boards of a show have of an auction. */
export interface AuctionOn extends AuctionNow {
  id: number
  link_no: number
  start_fen: number
}

export interface DeskAuction {
  auction: AuctionOn & {
    title: string
    units: number
    step_fen: number
    buy_now_fen: number | null
    is_reserve_met: boolean
    closes_at: string
    last_end: string
    next_offers_max: number
    words_zh: string
    words_en: string
  }
  reserve_fen: number | null
  wins: { id: number; viewer_id: number; name_masked: string; price_fen: number; turn: number; pay_before: string; state: WinState }[]
}

export const AUCTION_MOOD: Record<AuctionNow['state'], Mood> = {
  planned: 'look', running: 'sell', hammered: 'look', settled: 'fine', unsold: 'plain', cancelled: 'plain',
}
export const WIN_MOOD: Record<WinState, Mood> = { held: 'look', ordered: 'sell', paid: 'fine', lapsed: 'plain' }

export const readAuctions = (show: number) => api.get<DeskAuction[]>(`/desk/shows/${show}/auctions`)
/** The form as a change on air. */
export const auctionWish = ({ link_no, start_fen, ...rest }: AuctionTerms): ChangeWish =>
  ({ kind: 'auction', link_no: link_no ?? 0, auction: { start_fen: start_fen ?? 0, ...rest } })
export const cancelAuction = (id: number) => api.post<DeskAuction>(`/desk/auctions/${id}/cancel`)

/** Three minutes from now on, which late bids lengthen by two at most; a quarter of an hour to pay. */
export const newAuction = (): AuctionTerms => ({
  link_no: null, units: 1, start_fen: null, step_fen: null, reserve_fen: null, buy_now_fen: null, opens_in_s: 60, lasts_s: 180,
  extend_within_s: 10, extend_by_s: 10, extend_max_s: 120, bids_per_buyer_max: 100, pay_within_s: 900, next_offers_max: 1,
})

/** The lowest price at which a unit can be won; what the floor is held against. */
export const lowestFen = (terms: AuctionTerms) => (terms.start_fen === null ? null : Math.max(terms.start_fen, terms.reserve_fen ?? 0))

export interface Fault {
  key: string
  named: Record<string, unknown>
}
export type Faults = Partial<Record<AuctionField, Fault>>

/** What the server would refuse of the terms alone, found while they are typed. */
export function faultsOf(terms: AuctionTerms): Faults {
  const faults: Faults = {}
  const { start_fen: start, step_fen: step, reserve_fen: reserve, buy_now_fen: buyNow } = terms
  const lowest = lowestFen(terms)
  if (start !== null && start < 1) faults.start_fen = { key: 'auctions.fault.positive', named: {} }
  if (step !== null && step < 1) faults.step_fen = { key: 'auctions.fault.positive', named: {} }
  if (start !== null && reserve !== null && reserve < start) faults.reserve_fen = { key: 'auctions.fault.reserve', named: { fen: priceText(start) } }
  if (buyNow !== null && terms.units > 1) faults.buy_now_fen = { key: 'auctions.fault.buyNowUnits', named: {} }
  else if (buyNow !== null && lowest !== null && step !== null && buyNow < lowest + step) {
    faults.buy_now_fen = { key: 'auctions.fault.buyNow', named: { fen: priceText(lowest + step) } }
  }
  const late = [terms.extend_within_s, terms.extend_by_s, terms.extend_max_s]
  if (late.some((n) => n > 0) && !late.every((n) => n > 0)) faults.extend_by_s = { key: 'auctions.fault.extend', named: {} }
  return faults
}

export const isWhole = (terms: AuctionTerms) =>
  terms.link_no !== null && terms.start_fen !== null && terms.step_fen !== null && Object.keys(faultsOf(terms)).length === 0

const AT_LINK = ['no_such_link', 'offer_state_wrong', 'on_hold', 'auction_on', 'product_not_approved', 'qualification_expired', 'papers_missing']
const AT_MOMENT: Record<string, AuctionField> = { opens_at: 'opens_in_s', closes_at: 'lasts_s' }
const OF_TERMS = Object.keys(newAuction()) as AuctionField[]

/** At which field a refusal belongs; null where it is of the whole. */
export function fieldOf(problem: unknown, terms: AuctionTerms): AuctionField | null {
  if (!(problem instanceof Refused)) return null
  if (AT_LINK.includes(problem.code)) return 'link_no'
  if (problem.code === 'sold_out') return 'units'
  const named = String(problem.data.field ?? '')
  const known = AT_MOMENT[named] ?? OF_TERMS.find((field) => field === named)
  if (known) return known
  // Floor, comparison and what two people agreed to: all of the lowest price.
  const isOfPrice = problem.code === 'below_floor' || problem.code.startsWith('discount_')
  return isOfPrice ? (terms.reserve_fen === null ? 'start_fen' : 'reserve_fen') : null
}

/** Those that run, come or wait for money, the next to end first; then what is over. */
export function parted(list: readonly DeskAuction[]): { on: DeskAuction[]; over: DeskAuction[] } {
  const isOn = ({ auction }: DeskAuction) => ['planned', 'running', 'hammered'].includes(auction.state)
  return { on: list.filter(isOn).sort((a, b) => a.auction.ends_at.localeCompare(b.auction.ends_at)), over: list.filter((one) => !isOn(one)) }
}

/** An auction can stand on a link that is on the shelf, with its price open or not. */
export async function readAuctionLinks(show: number): Promise<OpenLink[]> {
  const links = await api.get<OpenLink[]>(`/desk/shows/${show}/links`)
  return links.filter((link) => link.state === 'open' || link.state === 'listed')
}
