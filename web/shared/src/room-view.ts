/** What a page knows of a room, built from frames; the same for viewers and staff. */

import { isOlder } from './auction'
import type {
  AlertEvent, AuctionEvent, Board, ChatLine, Correction, Counters, CouponDrop, Event, Explaining, GameEvent, LinkView,
  RoomState, SaleView, ServerMessage, ToCorrect, ViewerName,
} from './wire'

export interface RoomView {
  viewer: ViewerName | null
  staff: boolean
  room: RoomState | null
  links: Record<number, LinkView>
  sales: Record<number, SaleView>
  explaining: Explaining | null
  popped: number | null
  picture: 'off' | 'live'
  counters: Counters
  board: Board | null
  hostNote: string
  /** The coupon that was dropped last; its time may be over. */
  coupon: CouponDrop | null
  /** The draw or red packet that changed last. */
  game: GameEvent | null
  /** The last word on each auction since the snapshot; who comes later reads the rest. */
  auctions: Record<number, AuctionEvent>
  chat: ChatLine[]
  warning: { text: string; article: string; at: number } | null
  /** When viewers were told last that a person on the picture is made by AI. */
  aiReminded: number
  /** What was said wrongly and is right; each is shown until its own time. */
  corrections: Record<number, Correction>
  /** What is still to be corrected; told to staff only. */
  toCorrect: Record<number, ToCorrect>
  alerts: (AlertEvent & { at: number })[]
  /** This gateway does not hear the others of the room; told to staff only. */
  apart: boolean
}

export const CHAT_LINES_KEPT = 200
const ALERTS_KEPT = 50

export function emptyRoomView(): RoomView {
  return {
    viewer: null,
    staff: false,
    room: null,
    links: {},
    sales: {},
    explaining: null,
    popped: null,
    picture: 'off',
    counters: {
      online: 0, peak: 0, views: 0, viewers: 0, likes: 0, comments: 0, follows: 0, shares: 0,
    },
    board: null,
    hostNote: '',
    coupon: null,
    game: null,
    auctions: {},
    chat: [],
    warning: null,
    aiReminded: 0,
    corrections: {},
    toCorrect: {},
    alerts: [],
    apart: false,
  }
}

/** Apply one frame in place. Answers and private events are not room state and are ignored. */
export function applyFrame(view: RoomView, frame: ServerMessage): void {
  if (frame.t === 'welcome') {
    view.viewer = frame.viewer
    view.staff = frame.staff
  } else if (frame.t === 'snapshot') {
    view.room = frame.room
    view.links = Object.fromEntries(frame.links.map((link) => [link.link_no, link]))
    view.sales = Object.fromEntries(frame.sales.map((sale) => [sale.id, sale]))
    view.auctions = {}
    view.explaining = frame.explaining
    view.popped = frame.popped
    view.picture = frame.picture
    view.coupon = frame.coupon ?? null
    view.corrections = byId(frame.corrections ?? [])
    view.toCorrect = byId(frame.to_correct ?? [])
    view.counters = frame.counters
    view.board = frame.board
    view.hostNote = frame.host_note ?? ''
    view.apart = frame.apart ?? false
    view.chat = frame.chat.slice(-CHAT_LINES_KEPT)
    // Who comes in is told at once.
    if (frame.room.ai) view.aiReminded = frame.at
  } else if (frame.t === 'tick') {
    for (const event of frame.events) applyEvent(view, event, frame.at)
    if (frame.counters) view.counters = frame.counters
    if (frame.board) view.board = frame.board
    if (frame.chat) addChat(view, frame.chat)
  }
}

/** Add lines once each: a line may come by its private answer and again in a tick. */
export function addChat(view: RoomView, lines: readonly ChatLine[]): void {
  const known = new Set(view.chat.map((line) => line.id))
  const fresh = lines.filter((line) => line.id === 0 || !known.has(line.id))
  if (fresh.length === 0) return
  view.chat = [...view.chat, ...fresh].slice(-CHAT_LINES_KEPT)
}

function byId<T extends { id: number }>(rows: readonly T[]): Record<number, T> {
  return Object.fromEntries(rows.map((row) => [row.id, row]))
}

function moveToCorrect(view: RoomView, id: number, part: 'said' | 'shown' | 'overdue' | 'over'): void {
  const one = view.toCorrect[id]
  if (part === 'over') view.toCorrect = byId(Object.values(view.toCorrect).filter((row) => row.id !== id))
  else if (one) view.toCorrect[id] = { ...one, [`is_${part}`]: true }
}

function applySale(view: RoomView, sale: SaleView): void {
  view.sales[sale.id] = sale
  const link = view.links[sale.link_no]
  if (link && (link.sale === null || link.sale.id <= sale.id)) {
    view.links[sale.link_no] = { ...link, sale }
  }
}

function applyAuction(view: RoomView, event: AuctionEvent): void {
  const known = view.auctions[event.auction_id]
  if (known && isOlder(event, known)) return
  view.auctions[event.auction_id] = {
    ...event,
    bids: event.bids ?? known?.bids ?? null,
    highest_fen: event.highest_fen ?? known?.highest_fen ?? null,
    ends_at: event.ends_at ?? known?.ends_at ?? null,
  }
}

function applyEvent(view: RoomView, event: Event, at: number): void {
  switch (event.e) {
    case 'link':
      view.links[event.link.link_no] = event.link
      if (event.link.sale) view.sales[event.link.sale.id] = event.link.sale
      break
    case 'pop':
      view.popped = event.link_no
      break
    case 'explain':
      view.explaining =
        event.link_no === null ? null : { link_no: event.link_no, since: event.since ?? at }
      break
    case 'notice':
      if (view.room) view.room.notice = event.text
      break
    case 'sale':
      applySale(view, event.sale)
      break
    case 'coupon':
      view.coupon = event.coupon
      break
    case 'coupon_gone':
      if (view.coupon?.promotion_id === event.promotion_id) view.coupon = null
      break
    case 'game':
      view.game = event
      break
    case 'auction':
      applyAuction(view, event)
      break
    case 'hidden':
      view.chat = view.chat.filter((line) => line.id !== event.message_id)
      break
    case 'warning':
      view.warning = { text: event.text, article: event.article, at }
      break
    case 'correction':
      view.corrections[event.correction.id] = event.correction
      break
    case 'to_correct':
      view.toCorrect[event.to_correct.id] = event.to_correct
      break
    case 'to_correct_moved':
      moveToCorrect(view, event.id, event.part)
      break
    case 'picture':
      view.picture = event.state
      break
    case 'room':
      if (view.room) view.room.state = event.state
      break
    case 'rung':
      if (view.room) view.room = { ...view.room, rung: event.rung, viewers_max: event.viewers_max }
      break
    case 'ai':
      if (view.room) view.room = { ...view.room, ai: event.label }
      if (event.remind) view.aiReminded = at
      break
    case 'host_note':
      view.hostNote = event.text
      break
    case 'nodes':
      view.apart = event.apart
      break
    case 'alert':
      view.alerts = [{ ...event, at }, ...view.alerts].slice(0, ALERTS_KEPT)
      break
  }
}

/** The sale a link shows: the running one, else the next planned one. */
export function saleOf(view: RoomView, linkNo: number): SaleView | null {
  const sales = Object.values(view.sales).filter((sale) => sale.link_no === linkNo)
  return (
    sales.find((sale) => sale.state === 'running') ??
    sales.find((sale) => sale.state === 'planned') ??
    sales.sort((a, b) => b.id - a.id)[0] ??
    null
  )
}
