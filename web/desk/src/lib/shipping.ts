/** Shipping and after-sales at the desk: what waits, parcels, files of waybills, returns. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'
import type { ImportError, PageOf } from './types'

export interface GoodsLine {
  line_id: number
  title: string
  spec: string
  units: number
  is_gift: boolean
  /** Of a unit of a gift, as published. */
  value_fen: number
  /** Gifts that were to come back and were not in the parcel. */
  units_missing: number
}

/** What goes with every order from now on; a price that falls within `protects_days` is paid back, 0 is not promised. */
export interface ShopTerms {
  ship_within_h: number
  may_refund_only: boolean
  protects_days: number
  settle_alone_fen_max: number
}

export interface PriceDrop {
  id: number
  title: string
  spec: string
  price_fen: number
  is_sale: boolean
  since: string
  due_at: string
  state: 'noted' | 'honoured' | 'void'
  lines: number
  amount_fen: number
}

export const DROP_MOOD: Record<PriceDrop['state'], Mood> = { noted: 'look', honoured: 'fine', void: 'plain' }
export const readShopTerms = () => api.get<ShopTerms>('/desk/shop-terms')
export const readPriceDrops = () => api.get<PriceDrop[]>('/desk/price-drops')

export type Which = 'late' | 'today' | 'later'

export interface ToShip {
  no: string
  show_id: number
  receiver_masked: string
  paid_at: string
  ship_by_at: string
  lateness: Which
  lines: GoodsLine[]
  /** Of the order's shipments: lines that were promised by the same hour. */
  number: number
  shipments: number
}

export interface ToShipPage {
  items: ToShip[]
  total: number
  page: number
  pages: number
  counts: Record<Which, number>
}

export type ParcelState = 'packed' | 'shipped' | 'delivered' | 'lost' | 'returned' | 'void'

export interface Parcel {
  id: number
  no: string
  state: ParcelState
  carrier_zh: string
  carrier_en: string
  waybill: string
  packed_at: string
  shipped_at: string | null
  delivered_at: string | null
  lines: GoodsLine[]
}

export interface Carrier {
  code: string
  zh: string
  en: string
}

export interface WaybillReport {
  rows: number
  shipped: number
  delivered: number
  repeats: number
  refused: number
  empty: number
  errors: ImportError[]
  errors_total: number
  written: boolean
}

export type ReturnState = 'asked' | 'accepted' | 'refused' | 'sent' | 'received' | 'refunded' | 'exchanged' | 'rejected' | 'withdrawn'

export interface Return {
  id: number
  no: string
  state: ReturnState
  reason: string
  wants_exchange: boolean
  said: string
  photos: string[]
  pictures: { id: number; width: number; height: number }[]
  lines: GoodsLine[]
  asked_at: string
  last_day: string
  freight_by: string
  refusal: string
  answer: string
  carrier_zh: string
  carrier_en: string
  waybill: string
  received_at: string | null
  is_sellable: boolean | null
  refund_due_at: string | null
  /** What its units are paid back with, or were. */
  amount_fen: number
}

export interface CancelAsk {
  no: string
  state: 'asked' | 'agreed' | 'review' | 'kept'
  why: string
  said: string
  asked_at: string
}

export const CANCEL_STATES: readonly CancelAsk['state'][] = ['review', 'asked', 'agreed', 'kept']
export const CANCEL_MOOD: Record<CancelAsk['state'], Mood> = { review: 'wrong', asked: 'look', agreed: 'info', kept: 'plain' }
export const WHICH: readonly Which[] = ['late', 'today', 'later']
export const PARCEL_STATES: readonly ParcelState[] = ['packed', 'shipped', 'delivered', 'lost', 'returned', 'void']
export const RETURN_STATES: readonly ReturnState[] = ['asked', 'accepted', 'sent', 'received', 'refunded', 'exchanged', 'refused', 'rejected', 'withdrawn']
export const LATE_MOOD: Record<Which, Mood> = { late: 'wrong', today: 'look', later: 'plain' }
export const PARCEL_MOOD: Record<ParcelState, Mood> = { packed: 'look', shipped: 'info', delivered: 'fine', lost: 'wrong', returned: 'plain', void: 'plain' }
export const RETURN_MOOD: Record<ReturnState, Mood> = {
  asked: 'look', accepted: 'info', sent: 'info', received: 'look', refunded: 'fine', exchanged: 'fine', refused: 'plain', rejected: 'plain', withdrawn: 'plain',
}
/** Why a return may be refused; that the pack was opened is no reason (R7 §8). */
export const REFUSALS = ['not_proved', 'damaged_by_use', 'parts_missing', 'not_our_goods'] as const
/** These are judged by looking at the goods. */
export const NEED_PHOTOS: readonly string[] = ['damaged_by_use', 'parts_missing', 'not_our_goods']

export const readToShip = (which: Which | '', page: number) => api.get<ToShipPage>(`/desk/to-ship?which=${which}&page=${page}`)
export const readParcels = (state: ParcelState | '', page: number) => api.get<PageOf<Parcel>>(`/desk/parcels?state=${state}&page=${page}`)
export const readReturns = (state: ReturnState | '', page: number) => api.get<PageOf<Return>>(`/desk/returns?state=${state}&page=${page}`)
export const readCancels = (state: CancelAsk['state'] | '', page: number) => api.get<PageOf<CancelAsk>>(`/desk/cancel-asks?state=${state}&page=${page}`)
export const readCarriers = () => api.get<Carrier[]>('/desk/carriers')
export const goodsText = (lines: readonly GoodsLine[]) => lines.map((line) => `${line.is_gift ? '[赠] ' : ''}${line.title} ${line.spec} × ${line.units}`.replace(/ {2,}/g, ' ')).join(' · ')

/** The steps that a person may take now; what is no step of the state is not offered. */
export function returnSteps(state: ReturnState, may: (permission: string) => boolean): string[] {
  const steps: Partial<Record<ReturnState, [string, string][]>> = {
    asked: [['accept', 'orders.refund'], ['refuse', 'orders.refund']],
    accepted: [['receive', 'orders.ship']],
    sent: [['receive', 'orders.ship']],
    received: [['refund', 'orders.refund'], ['exchange', 'orders.refund'], ['reject', 'orders.refund']],
  }
  return (steps[state] ?? []).filter(([, permission]) => may(permission)).map(([step]) => step)
}
