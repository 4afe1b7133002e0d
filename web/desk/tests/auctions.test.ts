import { catalogueKeys, Refused } from '@kaibo/shared'
import { describe, expect, it } from 'vitest'
import { faultsOf, fieldOf, isWhole, lowestFen, newAuction, parted, type AuctionTerms, type DeskAuction } from '../src/lib/auctions'
import { words } from '../src/words'
import { catalogue } from '../src/words/catalogue'

const terms = (changes: Partial<AuctionTerms> = {}): AuctionTerms => ({ ...newAuction(), link_no: 3, start_fen: 6_000, step_fen: 100, ...changes })
const no = (code: string, data: Record<string, unknown> = {}) => new Refused({ code, message: '', data }, 409)

describe('the terms of an auction', () => {
  it('are whole with a link, a start and a step', () => {
    expect([isWhole(newAuction()), isWhole(terms())]).toEqual([false, true])
    expect([lowestFen(newAuction()), lowestFen(terms()), lowestFen(terms({ reserve_fen: 6_200 }))]).toEqual([null, 6_000, 6_200])
  })

  it.each([
    ['reserve_fen', { reserve_fen: 5_999 }, '¥60'],
    ['buy_now_fen', { reserve_fen: 6_200, buy_now_fen: 6_299 }, '¥63'],
    ['buy_now_fen', { units: 2, buy_now_fen: 9_000 }, undefined],
    ['extend_by_s', { extend_within_s: 0 }, undefined],
    ['step_fen', { step_fen: 0 }, undefined],
  ] as const)('say at %s what cannot be', (field, changes, fen) => {
    const faults = faultsOf(terms(changes))
    expect(Object.keys(faults)).toEqual([field])
    expect(faults[field]?.named.fen).toBe(fen)
  })

  it('may do without an extension, and buy now a step above the lowest', () => {
    expect(faultsOf(terms({ extend_within_s: 0, extend_by_s: 0, extend_max_s: 0, reserve_fen: 6_200, buy_now_fen: 6_300 }))).toEqual({})
  })
})

describe('a refusal', () => {
  it.each([
    [no('number_out_of_range', { field: 'units' }), 'units'],
    [no('auction_cannot_be', { field: 'closes_at' }), 'lasts_s'],
    [no('auction_cannot_be', { field: 'opens_at' }), 'opens_in_s'],
    [no('auction_on'), 'link_no'],
    [no('sold_out'), 'units'],
    [no('below_floor'), 'start_fen'],
    [no('discount_not_true'), 'start_fen'],
    [no('show_ended'), null],
    [new Error('?'), null],
  ])('belongs to its field (%#)', (problem, field) => {
    expect(fieldOf(problem, terms())).toBe(field)
  })

  it('of the lowest price belongs to the reserve, where there is one', () => {
    expect(fieldOf(no('below_floor'), terms({ reserve_fen: 6_200 }))).toBe('reserve_fen')
  })
})

it('parts those that go on from those that are over, the next to end first', () => {
  const one = (id: number, state: string, minute: number) =>
    ({ auction: { id, state, ends_at: `2026-11-27T12:0${minute}:00Z` } }) as DeskAuction
  const { on, over } = parted([one(4, 'planned', 9), one(3, 'running', 5), one(2, 'settled', 1), one(1, 'unsold', 0)])
  expect([on, over].map((list) => list.map((row) => row.auction.id))).toEqual([[3, 4], [2, 1]])
})

it('is never called what only licensed houses hold', () => {
  expect(catalogueKeys(catalogue(words, 0)).length).toBeGreaterThan(400)
  expect(JSON.stringify(words).match(/拍卖|竞拍|落槌|竞买/g)).toBeNull()
})
