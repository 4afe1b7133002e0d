/** What one link offers this viewer right now; pure, so that every screen says the same. */

import type { GroupTag, LinkView, PresaleTag, SaleView } from '@kaibo/shared'
import type { MyClaim } from './stores/claims'
import type { LinkPlace } from './stores/lines'

export type OfferState =
  | 'unopened'
  | 'early'
  | 'buy'
  | 'closed'
  | 'sale_soon'
  | 'sale_on'
  | 'sale_gone'
  | 'can_wait'
  | 'waiting'
  | 'in_line'
  | 'unknown'
  | 'won'
  | 'bought'

export interface Offer {
  state: OfferState
  /** What is paid per unit, null until the price is opened. */
  priceFen: number | null
  /** The everyday price, only when it is truly higher. */
  dayFen: number | null
  unitsLeft: number
  /** The end of whatever is being counted down: opening, closing or the pay-by time. */
  until: string | null
  sale: SaleView | null
  /** The place in the waitlist as last told, for who waits. */
  place: number | null
  /** Other ways to buy the same, where no flash sale stands before them. */
  group: GroupTag | null
  presale: PresaleTag | null
}

/** The fan tier the viewer stands on, 0 for none, and their place in the link's line. */
export interface Standing {
  fanPlace?: number
  place?: LinkPlace | null
}

const at = (stamp: string | null) => (stamp === null ? null : new Date(stamp).getTime())
const stamp = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

/** When a sale opens for somebody on this fan tier (0 is none): its first seconds may be a tier's. */
function opensFor(sale: SaleView, fanPlace: number): number | null {
  const opens = at(sale.opens_at)
  return opens === null || fanPlace >= sale.early_tier ? opens : opens + sale.early_s * 1_000
}

function saleState(sale: SaleView, claim: MyClaim | null, now: number, fanPlace: number): OfferState | null {
  const payBefore = at(claim?.payBefore ?? null)
  if (claim?.phase === 'won' && (payBefore === null || now < payBefore)) return 'won'
  if (claim?.phase === 'in_line' || claim?.phase === 'unknown') return claim.phase
  const closes = at(sale.closes_at)
  if (sale.state === 'ended' || (closes !== null && now >= closes)) return null
  if (claim?.phase === 'ordered' && claim.units >= sale.units_per_buyer_max) return 'bought'
  const opens = opensFor(sale, fanPlace)
  if (sale.state === 'planned') return opens !== null && now < opens + 5_000 ? 'sale_soon' : null
  if (opens !== null && now < opens) return 'sale_soon'
  if (claim?.phase === 'waiting') return 'waiting'
  // While somebody waits a newcomer may only join the end.
  if (sale.units_left > 0 && sale.waiting === 0) return 'sale_on'
  return sale.has_waitlist ? 'can_wait' : 'sale_gone'
}

function linkState(link: LinkView, now: number, fanPlace: number, mine: LinkPlace | null): OfferState {
  if (link.state === 'closed') return 'closed'
  if (link.state !== 'open' || link.price_fen === null) return 'unopened'
  const opens = at(link.opens_to_all_at)
  if (opens !== null && now < opens && fanPlace < link.early_tier) return 'early'
  if (mine?.state === 'waiting') return 'waiting'
  if (mine && now < Date.parse(mine.pay_before ?? '')) return 'won'
  return link.units_left > 0 ? 'buy' : 'can_wait'
}

/**
 * `sale` is the one the link shows, `claim` this viewer's claim on it, `now` the server's time.
 */
export function offerOf(
  link: LinkView,
  sale: SaleView | null,
  claim: MyClaim | null,
  now: number,
  { fanPlace = 0, place: mine = null }: Standing = {},
): Offer {
  const ofSale = sale ? saleState(sale, claim, now, fanPlace) : null
  const priceFen = ofSale && sale ? sale.price_fen : link.price_fen
  const dayFen = link.day_price_fen
  const offer = {
    priceFen,
    dayFen: dayFen !== null && priceFen !== null && dayFen > priceFen ? dayFen : null,
    place: ofSale === 'waiting' ? (claim?.place ?? null) : null,
  }
  if (!ofSale || !sale) {
    const state = linkState(link, now, fanPlace, mine)
    const takesDeposits = link.presale !== null && now < Date.parse(link.presale.balance_opens_at)
    const group = state === 'buy' ? link.group : null
    const presale = state === 'buy' && takesDeposits ? link.presale : null
    const until = state === 'early' ? link.opens_to_all_at : state === 'won' ? (mine?.pay_before ?? null) : null
    return { ...offer, place: mine?.place ?? null, state, unitsLeft: link.units_left, until, sale: null, group, presale }
  }
  const until =
    ofSale === 'won' ? (claim?.payBefore ?? null)
    : ofSale === 'sale_soon' ? stamp(opensFor(sale, fanPlace))
    : sale.closes_at
  return { ...offer, state: ofSale, unitsLeft: sale.units_left, until, sale, group: null, presale: null }
}

/** Links in the order of the shelf: on air, popped, for sale, soon, then what is over. */
export function shelfOrder(
  links: readonly LinkView[],
  onAir: number | null,
  popped: number | null,
): LinkView[] {
  const rank = (link: LinkView) => {
    if (link.link_no === onAir) return 0
    if (link.link_no === popped) return 1
    if (link.state === 'closed' || (link.state === 'open' && link.units_left === 0 && !link.sale)) return 3
    return 2
  }
  return links
    .filter((link) => link.state !== 'planned')
    .sort((a, b) => rank(a) - rank(b) || a.link_no - b.link_no)
}
