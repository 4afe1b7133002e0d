import { describe, expect, it } from 'vitest'
import type { Offer } from '../src/offer'
import type { GroupView, PresaleTerms } from '../src/types'
import { wayFen, wayKey, waysOf, wayUnitsMax } from '../src/ways'

const offer: Pick<Offer, 'group' | 'presale'> = {
  group: { id: 4, size: 3, price_fen: 2190, leader_price_fen: 1990, per_buyer_max: 2 },
  presale: { id: 6, balance_opens_at: '', deposit_fen: 500, balance_fen: 1600, per_buyer_max: 1 },
}
const group: GroupView = {
  id: 12, group_offer_id: 4, link_no: 3, title: '脐橙', price_fen: 2190, size: 3, paid: 1, refunded: 0,
  seats_left: 2, state: 'open', fills_before: '2026-11-27T12:00:00Z', members: [],
}
const terms: PresaleTerms = {
  id: 6, link_no: 3, price_fen: 2600, deposit_fen: 500, worth_fen: 1000, balance_fen: 1600, kind: 'earnest',
  late_rule: 'forfeit', balance_opens_at: '', balance_closes_at: '', ship_by: '', refund_deadline_days: 3,
  per_buyer_max: 1, words_zh: '', words_en: '',
}

describe('ways to buy a link', () => {
  it('lists each with what a unit costs in all and how many one may have', () => {
    const ways = waysOf(offer, 3, [group, { ...group, id: 13, link_no: 8 }], [terms, { ...terms, id: 7 }])
    expect(ways.map(wayKey)).toEqual(['alone', 'group 4 new', 'group 4 12', 'presale 6'])
    expect(ways.map(wayFen)).toEqual([null, 1990, 2190, 2100])
    expect(ways.map(wayUnitsMax)).toEqual([Infinity, 2, 2, 1])
  })

  it('keeps groups open to others after the group buy has ended', () => {
    const ways = waysOf({ group: null, presale: null }, 3, [group], [terms])
    expect(ways.map(wayKey)).toEqual(['alone', 'group 4 12'])
  })
})
