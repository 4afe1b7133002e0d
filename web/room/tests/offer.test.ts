import type { LinkView, SaleView } from '@kaibo/shared'
import { describe, expect, it } from 'vitest'
import { offerOf, shelfOrder } from '../src/offer'
import type { MyClaim } from '../src/stores/claims'
import type { LinkPlace } from '../src/stores/lines'

const NOON = Date.parse('2026-11-21T12:00:00Z')
const at = (seconds: number) => new Date(NOON + seconds * 1000).toISOString()

const link = (change: Partial<LinkView> = {}): LinkView => ({
  link_no: 3, sku_id: 9, product_title: '精华', spec: '30ml', image_url: '', price_fen: 12900,
  day_price_fen: 25900, price_basis: '近 7 日最低成交价', units_left: 5, state: 'open',
  per_buyer_max: 2, sale: null, group: null, presale: null, early_tier: 0, early_name: '', opens_to_all_at: null, waiting: 0, ...change,
})
const sale = (change: Partial<SaleView> = {}): SaleView => ({
  id: 7, link_no: 3, sku_id: 9, title: '精华', price_fen: 9900, units_total: 10, units_left: 4,
  units_per_buyer_max: 1, opens_at: at(0), closes_at: at(60), pay_within_s: 300, state: 'running',
  has_waitlist: false, waiting: 0, early_tier: 0, early_s: 0, early_name: '', ...change,
})
const claim = (change: Partial<MyClaim> = {}): MyClaim => ({
  key: 'k', phase: 'won', code: 'won', message: '', claimId: 1, units: 1, payBefore: at(300),
  answeredAt: NOON, wait: false, place: null, ...change,
})
const state = (s: SaleView | null, c: MyClaim | null, seconds: number, l = link()) =>
  offerOf(l, s, c, NOON + seconds * 1000).state

describe('a link without a sale', () => {
  it('follows the shelf', () => {
    expect(state(null, null, 0)).toBe('buy')
    expect(state(null, null, 0, link({ units_left: 0 }))).toBe('can_wait')
    expect(state(null, null, 0, link({ state: 'listed', price_fen: null }))).toBe('unopened')
    expect(state(null, null, 0, link({ state: 'closed' }))).toBe('closed')
  })

  it('is waited for when sold out, and bought in time when a unit is kept', () => {
    const gone = link({ units_left: 0, waiting: 2 })
    const place = { link_no: 3, title: '精华', joined_at: at(0) }
    const of = (seconds: number, mine: LinkPlace | null) => {
      const { state: now, place: no, until } = offerOf(gone, null, null, NOON + seconds * 1000, { place: mine })
      return [now, no, until]
    }
    const kept: LinkPlace = { ...place, state: 'kept', place: null, pay_before: at(900) }
    expect(of(1, { ...place, state: 'waiting', place: 2, pay_before: null })).toEqual(['waiting', 2, null])
    expect(of(899, kept)).toEqual(['won', null, at(900)])
    expect(of(900, kept)).toEqual(['can_wait', null, null])
    expect(of(1, null)).toEqual(['can_wait', null, null])
  })

  it('names other ways to buy while they are there', () => {
    const group = { id: 4, size: 3, price_fen: 9900, leader_price_fen: null, per_buyer_max: 2 }
    const presale = { id: 6, balance_opens_at: at(30), deposit_fen: 500, balance_fen: 9000, per_buyer_max: 1 }
    const ways = (seconds: number, change: Partial<LinkView> = {}) => {
      const { group: g, presale: p } = offerOf(link({ group, presale, ...change }), null, null, NOON + seconds * 1000)
      return [g?.id, p?.id]
    }
    expect(ways(29)).toEqual([4, 6])
    expect(ways(30)).toEqual([4, undefined])
    expect(ways(0, { units_left: 0 })).toEqual([undefined, undefined])
    expect(offerOf(link({ group, presale }), sale(), null, NOON + 1000)).toMatchObject({ group: null, presale: null })
  })

  it('opens to a fan tier first, and then to all', () => {
    const early = link({ early_tier: 2, early_name: '挚友', opens_to_all_at: at(30) })
    const of = (seconds: number, place: number) => offerOf(early, null, null, NOON + seconds * 1000, { fanPlace: place })
    expect([0, 1, 2, 3].map((place) => of(29, place).state)).toEqual(['early', 'early', 'buy', 'buy'])
    expect(of(29, 0)).toMatchObject({ until: at(30), group: null, presale: null })
    expect(of(30, 0)).toMatchObject({ state: 'buy', until: null })
  })

  it('strikes an everyday price only when it is higher', () => {
    expect(offerOf(link(), null, null, NOON).dayFen).toBe(25900)
    expect(offerOf(link({ day_price_fen: 12900 }), null, null, NOON).dayFen).toBeNull()
    expect(offerOf(link({ day_price_fen: null }), null, null, NOON).dayFen).toBeNull()
  })
})

describe('a flash sale', () => {
  it('opens and closes by the server, half-open', () => {
    expect(state(sale(), null, -1)).toBe('sale_soon')
    expect(state(sale(), null, 0)).toBe('sale_on')
    expect(state(sale(), null, 59)).toBe('sale_on')
    expect(state(sale(), null, 60)).toBe('buy')
    expect(state(sale({ state: 'ended' }), null, 1)).toBe('buy')
  })

  it('counts down to the opening of the tier one stands on', () => {
    const early = sale({ early_tier: 2, early_s: 20 })
    const of = (seconds: number, place: number) => offerOf(link(), early, null, NOON + seconds * 1000, { fanPlace: place })
    expect([of(-1, 2).until, of(-1, 1).until]).toEqual([at(0), at(20)])
    expect([of(19, 2).state, of(19, 1).state]).toEqual(['sale_on', 'sale_soon'])
    expect(of(20, 1).state).toBe('sale_on')
  })

  it('goes back to the live price at its end', () => {
    expect(offerOf(link(), sale(), null, NOON).priceFen).toBe(9900)
    expect(offerOf(link(), sale(), null, NOON + 60_000).priceFen).toBe(12900)
  })

  it('says sold out, and sells again when a unit came back', () => {
    expect(state(sale({ units_left: 0 }), null, 1)).toBe('sale_gone')
    expect(state(sale({ units_left: 1 }), claim({ phase: 'lost', code: 'sold_out' }), 1)).toBe('sale_on')
  })

  it('offers the waitlist where the sale has one, and says where one stands', () => {
    const gone = sale({ units_left: 0, has_waitlist: true })
    expect(state(gone, null, 1)).toBe('can_wait')
    expect(state(gone, claim({ phase: 'lost', code: 'sold_out' }), 1)).toBe('can_wait')
    const waits = claim({ phase: 'waiting', code: 'waiting', place: 3, claimId: null, payBefore: null })
    expect(offerOf(link(), gone, waits, NOON + 1_000)).toMatchObject({ state: 'waiting', place: 3 })
    expect(state(gone, waits, 60)).toBe('buy')
    expect(state(sale({ units_left: 0, state: 'ended', has_waitlist: true }), waits, 1)).toBe('buy')
  })

  it('lets nobody overtake those who wait', () => {
    expect(state(sale({ units_left: 1, has_waitlist: true, waiting: 2 }), null, 1)).toBe('can_wait')
  })

  it('keeps what was won until its pay-by time, also after the sale', () => {
    expect(state(sale(), claim(), 10)).toBe('won')
    expect(state(sale({ state: 'ended' }), claim(), 299)).toBe('won')
    expect(state(sale({ state: 'ended' }), claim(), 300)).toBe('buy')
    expect(offerOf(link(), sale(), claim(), NOON).until).toBe(at(300))
  })

  it('shows the line while the answer is out', () => {
    expect(state(sale(), claim({ phase: 'in_line', payBefore: null }), 1)).toBe('in_line')
    expect(state(sale(), claim({ phase: 'unknown', payBefore: null }), 1)).toBe('unknown')
    expect(state(sale(), claim({ phase: 'ordered' }), 1)).toBe('bought')
  })
})

it('puts what is explained first and what is over last', () => {
  const links = [
    link({ link_no: 1, units_left: 0 }), link({ link_no: 2 }), link({ link_no: 3 }),
    link({ link_no: 4, state: 'planned' }), link({ link_no: 5, state: 'listed' }),
  ]
  expect(shelfOrder(links, 5, 3).map((each) => each.link_no)).toEqual([5, 3, 2, 1])
})
