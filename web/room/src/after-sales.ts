/** What the API says of goods after they were paid: parcels, returns, cancels, invoices. */

export interface GoodsLine {
  line_id: number
  title: string
  spec: string
  units: number
  is_gift: boolean
  /** Of a unit of a gift, as published; 0 for what was bought. */
  value_fen: number
}

export interface ParcelView {
  id: number
  state: 'packed' | 'shipped' | 'delivered' | 'lost' | 'returned' | 'void'
  carrier_zh: string
  carrier_en: string
  waybill: string
  shipped_at: string | null
  delivered_at: string | null
  lines: GoodsLine[]
}

export interface ReturnableLine extends GoodsLine {
  no_reason_until: string | null
  is_open: boolean
  /** The exception of law that holds; empty where none does. */
  excluded: string
}

/** Sides in pixels. */
export interface Photo {
  id: number
  width: number
  height: number
}

export interface ReturnView {
  id: number
  state: 'asked' | 'accepted' | 'refused' | 'sent' | 'received' | 'refunded' | 'exchanged' | 'rejected' | 'withdrawn'
  reason: string
  wants_exchange: boolean
  lines: GoodsLine[]
  freight_by: '' | 'buyer' | 'seller'
  answer: string
  pictures: Photo[]
  refund_due_at: string | null
}

/** A seller asks the buyer to let a paid order be cancelled. */
export interface CancelAsk {
  no: string
  state: 'asked' | 'agreed' | 'review' | 'kept'
  why: 'price_mistake' | 'out_of_stock'
  said: string
}

export interface InvoiceView {
  id: number
  state: 'asked' | 'issued' | 'withdrawn' | 'reversed'
  title_masked: string
  number: string
}
