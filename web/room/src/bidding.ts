/** What an auction says to this viewer right now; pure, so that every screen says the same. */

import { priceText, Refused, withLastWord, type AuctionEvent } from '@kaibo/shared'
import type { AuctionCard, BidView, WinView } from './types'

/** A bid may raise by so many steps at once; the server says no to more. */
const STEPS_MAX = 100

/** How one stands: ahead, highest but below the reserve, overbid, or not yet in it. */
export type Standing = 'leading' | 'below_reserve' | 'outbid' | 'none'

export function leastBidFen(card: Pick<AuctionCard, 'start_fen' | 'step_fen' | 'buy_now_fen'>, highest: number | null): number {
  const least = highest === null ? card.start_fen : highest + card.step_fen
  return card.buy_now_fen === null ? least : Math.min(least, card.buy_now_fen)
}

export function mostBidFen(card: AuctionCard): number {
  return card.buy_now_fen ?? (card.highest_fen ?? card.start_fen) + STEPS_MAX * card.step_fen
}

/** The card as read, and what the room was told since. Of several units only a reading says who leads. */
export function heard(card: AuctionCard, word: AuctionEvent | undefined): AuctionCard {
  const now = withLastWord(card, word)
  if (now.bids === card.bids) return now
  return { ...now, least_fen: leastBidFen(card, now.highest_fen), leads: card.leads && card.units > 1 }
}

/** After one's own bid counted; a later bid may have been heard of already. */
export function withMine(card: AuctionCard, bid: BidView): AuctionCard {
  if (bid.number <= card.bids) return { ...card, my_bids: card.my_bids + 1 }
  const made = { number: bid.number, price_fen: bid.price_fen, made_at: '', name_masked: '', is_me: true }
  return {
    ...card, state: bid.state, bids: bid.number, highest_fen: bid.price_fen, least_fen: bid.least_fen, ends_at: bid.ends_at,
    leads: bid.leads, is_reserve_met: card.is_reserve_met || bid.leads, my_bids: card.my_bids + 1, shown: [made, ...card.shown],
  }
}

export function standingOf(card: AuctionCard): Standing {
  if (card.leads) return 'leading'
  const top = card.shown[0]
  if (top?.is_me && top.number === card.bids && card.has_reserve && !card.is_reserve_met) return 'below_reserve'
  return card.my_bids > 0 ? 'outbid' : 'none'
}

/** Seconds that late bids have added to the published end. */
export const extendedS = (card: AuctionCard) => Math.round((Date.parse(card.ends_at) - Date.parse(card.closes_at)) / 1000)

const RUNS = ['running', 'planned'] as const

/** The one that everybody bids in, else the next to begin. */
export function foremost(cards: readonly AuctionCard[]): AuctionCard | null {
  for (const state of RUNS) {
    const found = cards.filter((card) => card.state === state).sort((a, b) => a.opens_at.localeCompare(b.opens_at))
    if (found[0]) return found[0]
  }
  return null
}

/** What was won and can still be ordered. */
export const toOrder = (wins: readonly WinView[], now: number) =>
  wins.filter((win) => win.state === 'held' && now < Date.parse(win.pay_before))

/** The rule of an auction, one clause a line. */
export const clauses = (words: string) => words.replace(/[。.]$/, '').split(/；|; /)

/** A reading that is older than what is known already replaces nothing. */
export function newer(known: AuctionCard | undefined, read: AuctionCard): AuctionCard {
  return known && known.bids > read.bids ? known : read
}

interface Texts {
  t(key: string, named: Record<string, unknown>): string
  te(key: string): boolean
}

/** Why a bid does not count, with the least that would follow; null for any other problem. */
export function bidRefusal({ t, te }: Texts, error: unknown): string | null {
  if (!(error instanceof Refused) || error.code !== 'bid_refused') return null
  const { reason, least_fen: least } = error.data as { reason: string; least_fen: number }
  const key = `auction.refused.${reason}`
  return te(key) ? t(key, { fen: priceText(least) }) : error.message
}
