import { describe, expect, it } from 'vitest'
import { addChat, applyFrame, CHAT_LINES_KEPT, emptyRoomView, saleOf } from '../src/room-view'
import type { ChatLine, Event, LinkView, SaleView, Snapshot } from '../src/wire'

const line = (id: number): ChatLine => ({
  id, viewer_id: 1, nickname: '甲', text: `第 ${id} 句`, at: id, kind: 'viewer', reply_to: null,
})
const link: LinkView = {
  link_no: 1, sku_id: 1, product_title: '洁面', spec: '', image_url: '', price_fen: null,
  day_price_fen: null, price_basis: '', units_left: 10, state: 'listed', per_buyer_max: 0, sale: null, group: null, presale: null, early_tier: 0, early_name: '', opens_to_all_at: null, waiting: 0,
}
const sale: SaleView = {
  id: 4, link_no: 1, sku_id: 1, title: '洁面', price_fen: 990, units_total: 5, units_left: 5,
  units_per_buyer_max: 1, opens_at: null, closes_at: null, pay_within_s: 60, state: 'planned',
  has_waitlist: false, waiting: 0, early_tier: 0, early_s: 0, early_name: '',
}
const counters = { online: 3, peak: 3, views: 4, viewers: 3, likes: 0, comments: 0, follows: 0, shares: 0 }
const snapshot: Snapshot = {
  t: 'snapshot', seq: 5, at: 100, room: { code: 'c', title: '标题', state: 'live', notice: '', rung: 'clear', viewers_max: null, ai: false },
  links: [link], explaining: null, popped: null, sales: [], counters, chat: [line(1)],
  picture: 'off', coupon: null, host_note: null, board: null, apart: null, corrections: [], to_correct: null,
}
const tick = (events: Event[], chat: ChatLine[] | null = null) =>
  ({ t: 'tick', seq: 6, at: 200, events, counters: null, chat, board: null }) as const

describe('the room as frames tell it', () => {
  it('says whether its gateway is cut off, until the next whole picture', () => {
    const view = emptyRoomView()
    applyFrame(view, { ...snapshot, apart: true })
    expect(view.apart).toBe(true)
    applyFrame(view, tick([{ e: 'nodes', apart: false }]))
    expect(view.apart).toBe(false)
    applyFrame(view, tick([{ e: 'nodes', apart: true }]))
    applyFrame(view, snapshot)
    expect(view.apart).toBe(false)
  })

  it('knows that a person on the picture is made by AI, and when viewers were told', () => {
    const view = emptyRoomView()
    applyFrame(view, snapshot)
    expect([view.room?.ai, view.aiReminded]).toEqual([false, 0])
    applyFrame(view, tick([{ e: 'ai', label: true, remind: false }]))
    expect([view.room?.ai, view.aiReminded]).toEqual([true, 0])
    applyFrame(view, tick([{ e: 'ai', label: true, remind: true }]))
    expect(view.aiReminded).toBe(200)
    applyFrame(view, { ...snapshot, room: { ...snapshot.room, ai: true } })
    expect([view.room?.ai, view.aiReminded]).toEqual([true, 100])
  })

  it('keeps of an auction what its last word left as it was, until the next whole picture', () => {
    const view = emptyRoomView()
    const auction = { e: 'auction', auction_id: 4, link_no: 1 } as const
    const ends = '2026-11-22T12:01:00Z'
    applyFrame(view, tick([
      { ...auction, state: 'running', bids: 2, highest_fen: 6100, ends_at: ends },
      { ...auction, state: 'hammered', bids: null, highest_fen: null, ends_at: null },
    ]))
    expect(view.auctions[4]).toEqual(
      { ...auction, state: 'hammered', bids: 2, highest_fen: 6100, ends_at: ends })
    // A bid that was made at the same moment as a higher one, or as the hammer, and is heard after.
    applyFrame(view, tick([{ ...auction, state: 'running', bids: 1, highest_fen: 6000, ends_at: ends }]))
    expect(view.auctions[4]?.state).toBe('hammered')
    applyFrame(view, snapshot)
    expect(view.auctions).toEqual({})
    applyFrame(view, tick([
      { ...auction, state: 'running', bids: 4, highest_fen: 6300, ends_at: ends },
      { ...auction, state: 'running', bids: 3, highest_fen: 6200, ends_at: ends },
    ]))
    expect(view.auctions[4]?.highest_fen).toBe(6300)
  })

  it('knows the coupon dropped last, also of who was told of it on coming in', () => {
    const coupon = { promotion_id: 9, title_zh: '减', title_en: 'Off', closes_at: '2026-11-22T12:01:00Z' }
    const view = emptyRoomView()
    applyFrame(view, { ...snapshot, coupon })
    expect(view.coupon).toEqual(coupon)
    applyFrame(view, tick([{ e: 'coupon', coupon: { ...coupon, promotion_id: 10 } }]))
    expect(view.coupon?.promotion_id).toBe(10)
    applyFrame(view, tick([{ e: 'coupon_gone', promotion_id: 9 }]))
    expect(view.coupon?.promotion_id).toBe(10)
    applyFrame(view, tick([{ e: 'coupon_gone', promotion_id: 10 }]))
    expect(view.coupon).toBeNull()
    applyFrame(view, snapshot)
    expect(view.coupon).toBeNull()
  })

  it('starts from the snapshot and follows the events', () => {
    const view = emptyRoomView()
    applyFrame(view, snapshot)
    applyFrame(view, tick([
      { e: 'link', link: { ...link, state: 'open', price_fen: 1990 } },
      { e: 'explain', link_no: 1, since: null },
      { e: 'notice', text: '满减' },
      { e: 'sale', sale },
      { e: 'picture', state: 'live' },
      { e: 'warning', text: '请勿站外交易', article: '第十八条' },
    ]))
    expect(view.links[1]).toEqual({ ...link, state: 'open', price_fen: 1990, sale })
    expect(view.explaining).toEqual({ link_no: 1, since: 200 })
    expect(view.room?.notice).toBe('满减')
    expect(view.picture).toBe('live')
    expect(view.warning).toEqual({ text: '请勿站外交易', article: '第十八条', at: 200 })
    expect(view.counters).toEqual(counters)
  })

  it('hides a line and shows none twice', () => {
    const view = emptyRoomView()
    applyFrame(view, snapshot)
    addChat(view, [line(2)])
    applyFrame(view, tick([], [line(2), line(3)]))
    expect(view.chat.map((each) => each.id)).toEqual([1, 2, 3])
    applyFrame(view, tick([{ e: 'hidden', message_id: 2 }]))
    expect(view.chat.map((each) => each.id)).toEqual([1, 3])
  })

  it('keeps a bounded chat', () => {
    const view = emptyRoomView()
    addChat(view, Array.from({ length: CHAT_LINES_KEPT + 5 }, (_, n) => line(n + 1)))
    expect(view.chat).toHaveLength(CHAT_LINES_KEPT)
    expect(view.chat[0]?.id).toBe(6)
  })

  it('shows the running sale of a link before a planned and a finished one', () => {
    const view = emptyRoomView()
    view.sales = { 1: { ...sale, id: 1, state: 'ended' }, 2: { ...sale, id: 2 }, 3: { ...sale, id: 3, state: 'running' } }
    expect(saleOf(view, 1)?.id).toBe(3)
    view.sales = { 1: { ...sale, id: 1, state: 'ended' }, 2: { ...sale, id: 2 } }
    expect(saleOf(view, 1)?.id).toBe(2)
    expect(saleOf(view, 9)).toBeNull()
  })

  it('keeps what is corrected and what is still to be', () => {
    const view = emptyRoomView()
    const due_at = '2026-11-22T12:15:00Z'
    const to_correct = {
      id: 5, link_no: 1, wrong: '59', right_zh: '99 元', right_en: '¥99', due_at,
      is_said: false, is_shown: false, is_overdue: false,
    }
    const correction = { id: 5, link_no: 1, text: '99 元', text_en: '¥99', until: 9_000 }
    const tick = (seq: number, ...events: Event[]) =>
      applyFrame(view, { t: 'tick', seq, at: 1_000, events, counters: null, chat: null, board: null })
    tick(1, { e: 'to_correct', to_correct })
    tick(2, { e: 'to_correct_moved', id: 5, part: 'shown' }, { e: 'correction', correction })
    expect(view.toCorrect[5]).toEqual({ ...to_correct, is_shown: true })
    expect(view.corrections[5]).toEqual(correction)
    tick(3, { e: 'to_correct_moved', id: 5, part: 'over' }, { e: 'to_correct_moved', id: 6, part: 'said' })
    expect(view.toCorrect).toEqual({})
  })
})
