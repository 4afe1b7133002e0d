/** The ways to buy one link right now; pure, so that every screen says the same. */

import type { Offer } from './offer'
import type { GroupView, PresaleTerms, Way } from './types'

/** Alone first, then opening a group, groups with a free seat, and the presale. */
export function waysOf(
  { group, presale }: Pick<Offer, 'group' | 'presale'>,
  linkNo: number,
  toJoin: readonly GroupView[],
  presales: readonly PresaleTerms[],
): Way[] {
  const ways: Way[] = [{ kind: 'alone' }]
  const unitsMax = group?.per_buyer_max ?? 1
  if (group) ways.push({ kind: 'group', offerId: group.id, groupId: null, priceFen: group.leader_price_fen ?? group.price_fen, unitsMax })
  for (const one of toJoin) {
    if (one.link_no !== linkNo) continue
    ways.push({ kind: 'group', offerId: one.group_offer_id, groupId: one.id, priceFen: one.price_fen, unitsMax })
  }
  for (const terms of presales) if (terms.id === presale?.id) ways.push({ kind: 'presale', terms })
  return ways
}

/** The same choice after the lists were read again. */
export function wayKey(way: Way): string {
  if (way.kind === 'group') return `group ${way.offerId} ${way.groupId ?? 'new'}`
  if (way.kind === 'won') return `won ${way.win.id}`
  return way.kind === 'presale' ? `presale ${way.terms.id}` : 'alone'
}

/** What one unit costs in all this way; null for who buys alone, at the link's own price. */
export function wayFen(way: Way): number | null {
  if (way.kind === 'alone') return null
  if (way.kind === 'won') return way.win.price_fen
  return way.kind === 'group' ? way.priceFen : way.terms.deposit_fen + way.terms.balance_fen
}

export function wayUnitsMax(way: Way): number {
  if (way.kind === 'alone') return Infinity
  if (way.kind === 'won') return 1
  return way.kind === 'group' ? way.unitsMax : way.terms.per_buyer_max
}
