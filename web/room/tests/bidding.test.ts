import { Refused, type AuctionEvent } from '@kaibo/shared'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bidRefusal, clauses, extendedS, foremost, heard, mostBidFen, newer, standingOf, toOrder, withMine } from '../src/bidding'
import en from '../src/locales/later.en.json'
import zh from '../src/locales/later.zh-Hans.json'
import { useAuctions } from '../src/stores/auctions'
import { quoteLine } from '../src/stores/orders'
import { useRoom } from '../src/stores/room'
import type { AuctionCard, BidShown, BidView, WinView } from '../src/types'
import { wayFen, wayKey, wayUnitsMax } from '../src/ways'

const shown = (number: number, is_me: boolean): BidShown => ({ number, price_fen: 6_000 + number * 100, made_at: '', name_masked: '王*', is_me })
const card: AuctionCard = {
  id: 5, link_no: 3, title: '脐橙', image_url: '', units: 1, start_fen: 6_000, step_fen: 100, buy_now_fen: null, has_reserve: false,
  is_reserve_met: true, opens_at: '2026-11-27T12:00:00Z', closes_at: '2026-11-27T12:03:00Z', ends_at: '2026-11-27T12:03:00Z',
  last_end: '2026-11-27T12:05:00Z', bids_per_buyer_max: 9, state: 'running', bids: 2, highest_fen: 6_200, least_fen: 6_300,
  shown: [shown(2, true), shown(1, false)], my_bids: 1, leads: true, words_zh: '', words_en: '',
}
const word = (changes: Partial<AuctionEvent>): AuctionEvent => ({
  e: 'auction', auction_id: 5, link_no: 3, state: 'running', bids: null, highest_fen: null, ends_at: null, ...changes,
})
const mine: BidView = { auction_id: 5, number: 3, price_fen: 6_400, ends_at: '2026-11-27T12:03:10Z', least_fen: 6_500, leads: true, state: 'running' }
const win: WinView = { id: 9, auction_id: 5, link_no: 3, title: '脐橙', price_fen: 6_400, turn: 0, pay_before: '2026-11-27T12:18:00Z', state: 'held' }

describe('an auction as one viewer sees it', () => {
  it('is lost to whom a later bid is heard, with the least next bid', () => {
    const now = heard(card, word({ bids: 3, highest_fen: 6_500, ends_at: '2026-11-27T12:03:10Z' }))
    expect([now.leads, standingOf(now), now.least_fen, extendedS(now)]).toEqual([false, 'outbid', 6_600, 10])
    expect(standingOf(heard(card, word({})))).toBe('leading')
  })

  it('says nothing it cannot know where several units are sold', () => {
    expect(heard({ ...card, units: 2 }, word({ bids: 3, highest_fen: 6_500 })).leads).toBe(true)
  })

  it('never asks for more than the price to buy now', () => {
    const both = { ...card, buy_now_fen: 6_550 }
    expect(heard(both, word({ bids: 3, highest_fen: 6_500 })).least_fen).toBe(6_550)
    expect([mostBidFen(both), mostBidFen(card), mostBidFen({ ...card, highest_fen: null })]).toEqual([6_550, 16_200, 16_000])
  })

  it('tells who is highest below the reserve from who is passed', () => {
    const below = { ...card, has_reserve: true, is_reserve_met: false, leads: false }
    expect(standingOf(below)).toBe('below_reserve')
    expect(standingOf({ ...below, bids: 3 })).toBe('outbid')
    expect(standingOf({ ...below, my_bids: 0, shown: [] })).toBe('none')
  })

  it('takes in one’s own bid, unless a later one was heard of before its answer', () => {
    const after = withMine({ ...card, leads: false }, mine)
    expect([after.bids, after.highest_fen, after.leads, after.my_bids, after.shown[0]?.is_me]).toEqual([3, 6_400, true, 2, true])
    expect(withMine({ ...card, bids: 4, leads: false }, mine).leads).toBe(false)
    expect([newer(after, card).bids, newer(card, after).bids, newer(undefined, card).bids]).toEqual([3, 3, 2])
  })

  it('comes before those that have not begun; what is over is none', () => {
    const later = { ...card, id: 6, state: 'planned', opens_at: '2026-11-27T12:10:00Z' } as const
    expect(foremost([later, card])?.id).toBe(5)
    expect(foremost([{ ...later, id: 7, opens_at: '2026-11-27T13:00:00Z' }, later])?.id).toBe(6)
    expect(foremost([{ ...card, state: 'settled' }])).toBeNull()
  })
})

describe('what was won', () => {
  it('can be ordered until its time, at its price, one unit', async () => {
    const at = Date.parse(win.pay_before)
    expect([toOrder([win], at - 1), toOrder([win], at), toOrder([{ ...win, state: 'ordered' }], 0)]).toEqual([[win], [], []])
    const way = { kind: 'won', win } as const
    expect([wayKey(way), wayFen(way), wayUnitsMax(way)]).toEqual(['won 9', 6_400, 1])
    const purchase = { linkNo: 3, title: '', spec: '', imageUrl: '', unitPriceFen: 6_400, unitsMax: 1, claim: null, way }
    expect((await quoteLine(purchase, 1)).total_fen).toBe(6_400)
  })
})

describe('words', () => {
  const texts = { t: (key: string, named: Record<string, unknown>) => `${key} ${String(named.fen)}`, te: (key: string) => key in flat }
  const flat = Object.fromEntries(Object.keys(zh.auction.refused).map((reason) => [`auction.refused.${reason}`, true]))
  const no = (reason: string) => new Refused({ code: 'bid_refused', message: '出价未成功', data: { reason, least_fen: 6_600 } }, 409)

  it('say why a bid does not count, with the least next bid', () => {
    expect(bidRefusal(texts, no('too_low'))).toBe('auction.refused.too_low ¥66')
    expect(bidRefusal(texts, no('new_reason'))).toBe('出价未成功')
    expect(bidRefusal(texts, new Error('?'))).toBeNull()
    expect(Object.keys(flat)).toHaveLength(8)
  })

  it('say the rule clause by clause', () => {
    expect(clauses('¥60 起，每次至少加 ¥1；出价最高的买家得。')).toEqual(['¥60 起，每次至少加 ¥1', '出价最高的买家得'])
    expect(clauses('From ¥60.50; the highest bidder gets it.')).toEqual(['From ¥60.50', 'the highest bidder gets it'])
  })

  it('never call it what only licensed houses hold', () => {
    expect(JSON.stringify([zh, en]).match(/拍卖|竞拍|落槌|竞买/g)).toBeNull()
  })
})

describe('the store', () => {
  const asked: [string, string, { request_key?: string }][] = []
  function server(...turns: ([number, object] | 'broken')[]): void {
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      const turn = turns.shift()
      asked.push([init.method ?? 'GET', url, JSON.parse(String(init.body ?? '{}')) as object])
      if (!turn || turn === 'broken') return Promise.reject(new TypeError('broken'))
      return Promise.resolve(new Response(JSON.stringify(turn[1]), { status: turn[0] }))
    })
  }
  beforeEach(() => {
    setActivePinia(createPinia())
    asked.length = 0
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  it('keeps the key of a bid whose answer was lost, and takes a new one for another amount', async () => {
    server('broken', 'broken', [201, mine], 'broken', [201, mine], 'broken')
    const auctions = useAuctions()
    await expect(auctions.bid(5, 6_400)).rejects.toBeTruthy()
    await auctions.bid(5, 6_400)
    await auctions.bid(5, 6_500)
    const keys = asked.filter(([method]) => method === 'POST').map(([, , body]) => body.request_key)
    expect([keys.length, keys[0] === keys[1], keys[1] === keys[2]]).toEqual([3, true, false])
  })

  it('shows a bid of the room at once, and reads again only what the word leaves open', async () => {
    server([200, [card]], [200, [win]], [200, [{ ...card, bids: 3, leads: false }]])
    const auctions = useAuctions()
    expect(await auctions.refresh()).toBe(true)
    const bid = word({ bids: 3, highest_fen: 6_500 })
    useRoom().view.auctions[5] = bid
    auctions.hear(bid)
    expect([auctions.current?.highest_fen, auctions.current?.leads, auctions.ofLink(8)]).toEqual([6_500, false, null])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(asked).toHaveLength(2)
    auctions.hear(word({ state: 'hammered' }))
    auctions.hear(word({ state: 'settled' }))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(asked).toHaveLength(3)
  })

  it('hears what became of a win', async () => {
    server([200, []], [200, [win]], [200, [{ ...win, state: 'paid' }]])
    const auctions = useAuctions()
    await auctions.refresh()
    auctions.hearWin({ e: 'win', win_id: 9, auction_id: 5, state: 'ordered', price_fen: null, pay_before: null })
    expect(auctions.wins.map((one) => one.state)).toEqual(['ordered'])
    await vi.waitFor(() => expect(auctions.wins.map((one) => one.state)).toEqual(['paid']))
  })
})
