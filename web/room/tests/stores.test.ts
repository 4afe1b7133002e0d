import { NoAnswer, type Answer, type OrderPresale, type OrderView, type SaleView } from '@kaibo/shared'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useClaims } from '../src/stores/claims'
import { useCart } from '../src/stores/cart'
import { useDraws } from '../src/stores/draws'
import { giftsShown, hearOrder, useOrders } from '../src/stores/orders'
import { useRoom } from '../src/stores/room'
import { sentence } from '../src/toast'
import type { DrawCard, Purchase, QuoteView } from '../src/types'

const address = { name: '林晓月', phone: '13800135678', region: '浙江杭州', detail: '文一西路 969 号' }
const purchase: Purchase = {
  linkNo: 3, title: '绿茶', spec: '100g', imageUrl: '', unitPriceFen: 12800, unitsMax: 5, claim: null, way: { kind: 'alone' },
}
const order: OrderView = {
  no: 'K1', show_id: 1, state: 'created', total_fen: 25600, placed_at: '2026-11-21T12:00:00Z',
  pay_before: '2026-11-21T12:15:00Z', paid_at: null, close_reason: '', lines: [],
  receiver_masked: '林**', refund_fen: 0, group_id: null, presale: null, protected_until: null, notices: [], bank_due_fen: 0, bank_done_fen: 0, shipments: [],
}
const sale: SaleView = {
  id: 7, link_no: 3, sku_id: 9, title: '绿茶', price_fen: 9900, units_total: 10, units_left: 4,
  units_per_buyer_max: 1, opens_at: null, closes_at: null, pay_within_s: 300, state: 'running',
  has_waitlist: false, waiting: 0, early_tier: 0, early_s: 0, early_name: '',
}

const quote: QuoteView = { before_fen: 25600, total_fen: 24600, coupon_ids: [4], notes: [], gifts: [], protects_days: 0 }

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.unstubAllGlobals())

/** Answers each call in turn: an HTTP status with a body, or a broken line. */
function server(...turns: ([number, object] | 'broken')[]): { request_key: string }[] {
  const bodies: { request_key: string }[] = []
  vi.stubGlobal('fetch', (_url: string, init: RequestInit) => {
    bodies.push(JSON.parse(String(init.body)) as { request_key: string })
    const turn = turns.shift()
    if (!turn || turn === 'broken') return Promise.reject(new TypeError('broken'))
    return Promise.resolve(new Response(JSON.stringify(turn[1]), { status: turn[0] }))
  })
  return bodies
}

describe('an order heard', () => {
  it('says once that the time for a balance is nearly over', () => {
    const part: OrderPresale = {
      state: 'deposited', deposit_fen: 1000, balance_fen: 9000, balance_opens_at: '2026-11-21T12:00:00Z',
      balance_closes_at: '2026-11-22T12:00:00Z', ship_by: '2026-11-30T12:00:00Z', reminded_at: null, words_zh: '', words_en: '',
    }
    const heard = (change: Partial<OrderPresale>) => {
      sentence.value = ''
      hearOrder({ ...order, presale: { ...part, ...change } })
      return sentence.value
    }
    const reminded_at = '2026-11-22T11:00:00Z'
    expect(heard({})).toBe('')
    expect(heard({ reminded_at })).toContain('K1')
    expect([heard({ reminded_at }), heard({ reminded_at, state: 'complete' })]).toEqual(['', ''])
  })
})

describe('placing an order', () => {
  it('sends what the page said: link, units, sum, address', async () => {
    const bodies = server([201, order])
    await useOrders().place(purchase, 2, address, quote)
    expect(bodies[0]).toEqual({
      request_key: expect.any(String) as string, link_no: 3, units: 2, address, coupon_ids: [4], expected_total_fen: 24600,
    })
    expect(useOrders().unpaid).toBe(1)
  })

  it('keeps its key while the outcome is unknown, so a retry is the same order', async () => {
    const bodies = server('broken', [201, order], [201, { ...order, no: 'K2' }])
    const orders = useOrders()
    await expect(orders.place(purchase, 1, address, quote)).rejects.toMatchObject({ code: 'offline' })
    await orders.place(purchase, 1, address, quote)
    await orders.place(purchase, 1, address, quote)
    const keys = bodies.map((body) => body.request_key)
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[0])
  })

  it('takes a new key for another wish and after a clear refusal', async () => {
    const refusal = { code: 'sold_out', message: '已抢光', data: {} }
    const bodies = server('broken', [409, refusal], [409, refusal])
    const orders = useOrders()
    await expect(orders.place(purchase, 1, address, quote)).rejects.toBeTruthy()
    await expect(orders.place(purchase, 2, address, quote)).rejects.toMatchObject({ code: 'sold_out' })
    await expect(orders.place(purchase, 2, address, quote)).rejects.toBeTruthy()
    expect(new Set(bodies.map((body) => body.request_key)).size).toBe(3)
    expect(orders.list).toEqual([])
  })

  it('orders a won claim by its id', async () => {
    const bodies = server([201, order])
    await useOrders().place({ ...purchase, claim: { id: 55, units: 1, payBefore: null } }, 1, address, quote)
    expect(bodies[0]).toMatchObject({ claim_id: 55 })
    expect(bodies[0]).not.toHaveProperty('link_no')
  })
})

describe('claiming', () => {
  function judge(...turns: (Partial<Answer> | 'silent')[]): string[] {
    const keys: string[] = []
    const room = useRoom()
    room.claim = (_sale, _units, key) => {
      keys.push(key)
      const turn = turns.shift()
      if (!turn || turn === 'silent') return Promise.reject(new NoAnswer())
      return Promise.resolve({ t: 'answer', ref: 'r', ok: false, code: '', message: null, data: null, ...turn })
    }
    return keys
  }
  const won = (): Partial<Answer> => ({
    ok: true, code: 'won',
    data: { of: 'claim', sale_id: 7, key: 'k', claim_id: 55, pay_before: '2026-11-21T12:05:00Z', units_left: 3, place: null },
  })

  it('is in line at once, then holds what was won until its time', async () => {
    judge(won())
    const claims = useClaims()
    const answer = claims.claim(sale, 1)
    expect(claims.bySale[7]?.phase).toBe('in_line')
    await answer
    expect(claims.bySale[7]).toMatchObject({ phase: 'won', claimId: 55, payBefore: '2026-11-21T12:05:00Z' })
  })

  it('asks again with the same key when the answer was lost or not possible', async () => {
    const keys = judge('silent', { code: 'try_again' }, won())
    const claims = useClaims()
    await claims.claim(sale, 1)
    expect(claims.bySale[7]?.phase).toBe('unknown')
    await claims.claim(sale, 1)
    expect(claims.bySale[7]?.phase).toBe('unknown')
    await claims.claim(sale, 1)
    expect(claims.bySale[7]?.phase).toBe('won')
    expect(new Set(keys).size).toBe(1)
  })

  it('takes a new key after a clear no', async () => {
    const keys = judge({ code: 'sold_out' }, won())
    const claims = useClaims()
    await claims.claim(sale, 1)
    expect(claims.bySale[7]).toMatchObject({ phase: 'lost', code: 'sold_out' })
    await claims.claim(sale, 1)
    expect(new Set(keys).size).toBe(2)
  })

  const waiting = (place: number): Partial<Answer> => ({
    ok: true, code: 'waiting',
    data: { of: 'claim', sale_id: 7, key: 'k', claim_id: null, pay_before: null, units_left: 0, place },
  })

  it('waits in line under one key, and is told when served', async () => {
    const keys = judge('silent', waiting(3), waiting(2))
    const claims = useClaims()
    await claims.claim(sale, 1, true)
    expect(claims.bySale[7]).toMatchObject({ phase: 'unknown', wait: true })
    await claims.claim(sale, 1)
    expect(claims.bySale[7]).toMatchObject({ phase: 'waiting', place: 3 })
    await claims.claim(sale, 1)
    expect(claims.bySale[7]).toMatchObject({ phase: 'waiting', place: 2 })
    expect(new Set(keys).size).toBe(1)
    const event = { e: 'claim', claim_id: 55, sale_id: 7, units: 1 } as const
    claims.apply({ ...event, state: 'held', pay_before: '2026-11-21T12:05:00Z' })
    expect(claims.bySale[7]).toMatchObject({ phase: 'won', claimId: 55, place: null })
    expect(claims.served).toBe(1)
  })

  it('gives a place up', async () => {
    judge(waiting(3))
    const asked: string[] = []
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      asked.push(`${String(init.method)} ${url}`)
      return Promise.resolve(new Response(null, { status: 204 }))
    })
    const claims = useClaims()
    await claims.claim(sale, 1, true)
    await claims.leave(7)
    expect(asked).toEqual(['DELETE /api/my/waiting/7'])
    expect(claims.bySale[7]).toBeUndefined()
  })

  it('learns on coming back where it stands', async () => {
    const place = { sale_id: 7, link_no: 3, title: '绿茶', units: 1, place: 4, joined_at: '2026-11-21T12:00:00Z' }
    const bodies: unknown[][] = [[], [place], [], []]
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(bodies.shift()))))
    const claims = useClaims()
    await claims.refresh(1)
    expect(claims.bySale[7]).toMatchObject({ phase: 'waiting', place: 4, wait: true })
    await claims.refresh(1)
    expect(claims.bySale[7]).toBeUndefined()
  })

  it('follows the private events of the room', () => {
    const claims = useClaims()
    const event = { e: 'claim', claim_id: 55, sale_id: 7, units: 1, pay_before: null } as const
    claims.apply({ ...event, state: 'held' })
    expect(claims.bySale[7]?.phase).toBe('won')
    claims.apply({ ...event, state: 'ordered' })
    expect(claims.bySale[7]?.phase).toBe('ordered')
    claims.apply({ ...event, state: 'released' })
    expect(claims.bySale[7]).toMatchObject({ phase: 'lost', code: 'released' })
  })
})

describe('gifts on screen', () => {
  const gift = { promotion_id: 1, title_zh: '满赠', title_en: 'Gift', sku_id: 7, title: '搅蜜棒', spec: '', image_url: '', units: 1, value_fen: 1200, units_left: 3 }
  it('are named by SKU, so that an order never gets fewer', () => {
    expect(giftsShown([gift, { ...gift, promotion_id: 2, units: 2 }])).toEqual({ gifts_shown: { 7: 3 } })
    expect(giftsShown([])).toEqual({})
  })
})

describe('the cart', () => {
  const line = (n: number, why = '') => ({
    link_no: n, title: '茶', spec: '', image_url: '', units: 1, unit_price_fen: 100, seen_fen: 100, amount_fen: why ? null : 100, why, why_zh: why, why_en: why,
  })
  const view = (changes: object) => ({
    lines: [line(1), line(2, 'sold_out')], before_fen: 100, total_fen: 100, coupon_ids: [], suggested_coupon_ids: [], suggested_total_fen: 100, notes: [], gifts: [], protects_days: 0, shipments: [], ...changes,
  })

  it('uses the best coupons until the buyer chooses others', async () => {
    const bodies = server([200, view({ suggested_coupon_ids: [4], suggested_total_fen: 90 })], [200, view({ coupon_ids: [4], total_fen: 90 })])
    const cart = useCart()
    await cart.refresh()
    expect(bodies).toEqual([{ coupon_ids: [] }, { coupon_ids: [4] }])
    expect([cart.view.total_fen, cart.count]).toEqual([90, 2])
  })

  it('orders only what can be had, at the sum on screen', async () => {
    const bodies = server([200, view({ coupon_ids: [4], total_fen: 90 })], [201, order], [200, view({ lines: [] })])
    const cart = useCart()
    await cart.quote([4])
    await cart.checkout(address)
    expect(bodies[1]).toEqual({
      request_key: expect.any(String) as string, links: [1], address, expected_total_fen: 90, coupon_ids: [4],
    })
    expect([useOrders().unpaid, cart.count]).toEqual([1, 0])
  })
})

describe('a coupon that was won', () => {
  const draw = (id: number, state: string) => ({ id, award: { id, prize: `券${id}`, value_fen: 1000, state, lapses_at: '', good_until: null } }) as DrawCard
  it('is told until it was looked at; a thing to claim is told on its own', () => {
    const draws = useDraws()
    draws.list = [draw(1, 'awarded'), draw(2, 'given')]
    expect([draws.prizes, draws.given?.prize]).toEqual([1, '券2'])
    draws.look()
    expect([draws.prizes, draws.given]).toEqual([1, null])
    draws.list = [...draws.list, draw(3, 'given')]
    expect(draws.given?.prize).toBe('券3')
  })
})
