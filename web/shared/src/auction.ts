/** An auction as it was read, and what the socket has said of it since; pure. */

import type { AuctionEvent } from './wire'

export interface AuctionNow {
  state: AuctionEvent['state']
  bids: number
  highest_fen: number | null
  opens_at: string
  ends_at: string
}

/** `judging`: its time is over and the last bids are being judged, a moment. */
export type AuctionPhase = 'soon' | 'on' | 'judging' | 'over'

const RANK: Record<AuctionEvent['state'], number> = { planned: 0, running: 1, cancelled: 2, unsold: 2, hammered: 2, settled: 3 }

/** Words of one moment may come in either order: bids only become more, states only later. */
export function isOlder(word: AuctionEvent, known: AuctionEvent): boolean {
  if (RANK[word.state] !== RANK[known.state]) return RANK[word.state] < RANK[known.state]
  return word.bids !== null && known.bids !== null && word.bids < known.bids
}

/** A word older than the reading changes nothing: bids only become more, states only later. */
export function withLastWord<T extends AuctionNow>(read: T, word: AuctionEvent | undefined): T {
  if (!word) return read
  const now = { ...read }
  if (RANK[word.state] > RANK[read.state]) now.state = word.state
  if ((word.bids ?? 0) > read.bids) {
    now.bids = word.bids ?? read.bids
    now.highest_fen = word.highest_fen ?? read.highest_fen
    now.ends_at = word.ends_at ?? read.ends_at
  }
  return now
}

/** By the server's clock: a bid counts from the published opening, before any word of it. */
export function auctionPhase({ state, opens_at: opens, ends_at: ends }: AuctionNow, now: number): AuctionPhase {
  if (state !== 'planned' && state !== 'running') return 'over'
  if (state === 'planned' && now < Date.parse(opens)) return 'soon'
  return now < Date.parse(ends) ? 'on' : 'judging'
}
