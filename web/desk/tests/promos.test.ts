import { describe, expect, it } from 'vitest'
import { bodyOf, formOf, newForm, termsOf, termsText, type Promo, type PromoForm } from '../src/lib/promos'

const NOW = Date.parse('2026-06-01T12:00:30Z')
const form = (changes: Partial<PromoForm> = {}): PromoForm => ({ ...newForm(NOW), title_zh: '减', fen: 1000, ...changes })
const say = (key: string, named: Record<string, unknown> = {}) => `${key.replace('promos.', '')}(${Object.values(named).join('|')})`

describe('terms of plain answers', () => {
  it('say who pays the rest', () => {
    expect(termsOf(form({ payer: 'platform', payer_percent: 30 })).payers).toEqual([
      { payer: 'platform', bp: 3000 }, { payer: 'shop', bp: 7000 },
    ])
    expect(termsOf(form({ payer: 'host', payer_percent: 100 })).payers).toEqual([{ payer: 'host', bp: 10000 }])
  })
  it('put 8.5折 into basis points taken off', () => {
    expect(termsOf(form({ kind: 'percent_off', percent: 85, cap_fen: 5000 })).benefit).toEqual({ type: 'percent_off', bp: 1500, cap_fen: 5000 })
  })
  it('count the units of a bundle as often as they fit', () => {
    const terms = termsOf(form({ kind: 'bundle_price', units: 3, fen: 9900 }))
    expect([terms.condition, terms.times_max]).toEqual([{ type: 'units', units: 3 }, null])
  })
  it('make a set of one of each chosen', () => {
    const terms = termsOf(form({ kind: 'bundle_price', of_each: true, sku_ids: [4, 7], fen: 9900 }))
    expect([terms.condition, terms.times_max]).toEqual([{ type: 'kinds', kinds: 2 }, null])
    expect(termsText(terms, say)).toContain('gives.set_price(')
  })
  it('add up with what was chosen, where that can be', () => {
    expect(termsOf(form({ stacking: 'payment', priority: 3 }))).toMatchObject({ stacking: 'payment', priority: 3 })
    expect(termsOf(form({ stacking: 'price', got: 'claim' })).stacking).toBe('coupon')
  })
  it('can be claimed at a time, by viewers themselves', () => {
    const claims: [string, string] = ['2026-06-01T13:00:00.000Z', '2026-06-01T13:10:00.000Z']
    expect(bodyOf(form({ got: 'claim', claims }))).toMatchObject({ claim_from: claims[0], claim_until: claims[1] })
    expect(bodyOf(form({ got: 'claim', unlock: 'drop', claims })).claim_from).toBe(null)
  })
  it('are of a coupon when they are claimed, and only then last', () => {
    expect([termsOf(form({ got: 'claim' })).stacking, bodyOf(form({ got: 'claim', lasts_h: 24 })).coupon_lasts_s]).toEqual(['coupon', 86400])
    expect(bodyOf(form({ lasts_h: 24, unlock: 'drop' }))).toMatchObject({ coupon_lasts_s: null, unlock: 'open' })
  })
  it('begin on the minute and last a week', () => {
    expect(newForm(NOW).window).toEqual(['2026-06-01T12:00:00.000Z', '2026-06-08T12:00:00.000Z'])
  })
})

describe('a gift', () => {
  const gift = form({ kind: 'gift', fen: null, asks: 'fen', least_fen: 19900, gift_sku: 7, gift_each: 2, gift_value_fen: 1200, gift_units: 100, got: 'claim', payer: 'host', payer_percent: 50 })
  it('is earned by the basket, with its number and value', () => {
    expect(termsOf(gift)).toMatchObject({ stacking: 'activity', benefit: { type: 'gift', sku_id: 7, units: 2, value_fen: 1200 }, condition: { type: 'fen', fen: 19900 }, times_max: 1 })
    expect(bodyOf(gift)).toMatchObject({ got: 'auto', gift_units: 100 })
    expect(bodyOf(form({ gift_units: 100 })).gift_units).toBe(null)
  })
  it('is read back as it was kept', () => {
    const body = bodyOf(gift) as unknown as Promo
    expect(formOf({ ...body, id: 1, title: '减', state: 'draft' })).toMatchObject({ kind: 'gift', gift_sku: 7, gift_each: 2, gift_value_fen: 1200, gift_units: 100, got: 'auto' })
  })
})

describe('an exchange coupon', () => {
  const exchange = form({ kind: 'exchange', fen: 0, sku_ids: [7] })
  const back = (was: PromoForm) => formOf({ ...(bodyOf(was) as unknown as Promo), id: 1, title: '减', state: 'draft' })
  it('is a unit price of one unit, and always a coupon', () => {
    expect(termsOf(exchange)).toMatchObject({ stacking: 'coupon', benefit: { type: 'unit_price', fen: 0, max_units: 1 }, scope: { type: 'skus', ids: [7] } })
    expect([bodyOf(exchange).got, bodyOf(form({ kind: 'exchange', got: 'code' })).got]).toEqual(['claim', 'code'])
  })
  it('is read back as it was kept; a plain unit price stays one', () => {
    expect(back(exchange)).toMatchObject({ kind: 'exchange', fen: 0, sku_ids: [7], got: 'claim' })
    expect(back(form({ kind: 'unit_price', sku_ids: [7], got: 'claim' })).kind).toBe('unit_price')
  })
  it('says what the unit costs', () => {
    expect(termsText(termsOf(exchange), say)).toContain('gives.exchange_free')
    expect(termsText(termsOf(form({ kind: 'exchange', sku_ids: [7] })), say)).toContain('gives.exchange(¥10|')
  })
})

describe('a saved draft', () => {
  it('comes back as the form it was made of', () => {
    const was = form({ asks: 'fen', least_fen: 10000, repeats: true, sku_ids: [2], got: 'claim', unlock: 'drop', show_id: 3, lasts_h: 2, payer: 'host', payer_percent: 40, stacking: 'platform', priority: 2 })
    const body = bodyOf(was) as unknown as Promo
    expect(formOf({ ...body, id: 1, title: '减', state: 'draft' })).toEqual({ ...was, title_en: '减' })
  })
})

describe('words', () => {
  it('say what is given and what it asks for', () => {
    expect(termsText(termsOf(form({ asks: 'fen', least_fen: 10000 })), say)).toContain('asksOf.fen(¥100|')
    expect(termsText(termsOf(form({ kind: 'cheapest_free', units: 3 })), say)).toContain('gives.cheapest_free')
  })
})
