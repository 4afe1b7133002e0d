/** What the back end answers to the desk, as the pages use it. Money is integer fen. */

import type { AuctionOn } from './auctions'

export type PermissionName = string

export interface Session {
  person: { id: number; name: string }
  /** The password was set by somebody else: it opens its own change and nothing more. */
  must_change: boolean
  org: {
    id: number
    name: string
    is_demo: boolean
    seller_name: string
    seller_licence_no: string
    seller_address: string
    seller_contact: string
  }
  roles: string[]
  permissions: PermissionName[]
}

export interface PageOf<T> {
  items: T[]
  total: number
  page: number
  pages: number
  /** How many there are in each state, whatever the filter. */
  states: Record<string, number>
}

export interface Sku {
  id: number
  code: string
  spec: string
  list_price_fen: number
  floor_price_fen: number
  cost_fen: number
  on_hand: number
  held: number
  sold: number
  buffer: number
  available: number
  product_id: number
  product_title: string
  product_state: string
  image_url: string
}

export interface StockMove {
  id: number
  kind: string
  units: number
  reason: string
  on_hand_after: number
  held_after: number
  at: string
  actor: string
}

export interface Supplier {
  id: number
  name: string
  contact: string
}

export type ProductState = 'draft' | 'submitted' | 'approved' | 'refused'

export interface Product {
  id: number
  code: string
  title: string
  category: string
  brand: string
  supplier_id: number | null
  supplier_name: string
  image_url: string
  description: string
  state: ProductState
  refused_reason: string
  qualification_expires_on: string | null
  skus: Sku[]
}

export interface ImportField {
  name: string
  label_zh: string
  label_en: string
  required: boolean
}

export interface ImportError {
  line: number
  column: string
  value: string
  message_zh: string
  message_en: string
}

export interface ImportPreview {
  id: number
  filename: string
  columns: string[]
  mapping: Record<string, string | null>
  fields: ImportField[]
  rows: number
  rows_ok: number
  /** The first of `errors_total`. */
  errors: ImportError[]
  errors_total: number
  sample: string[][]
  state: string
  rows_done: number
}

export interface ImportResult {
  rows: number
  created: number
  changed: number
  unchanged: number
  refused: number
  skipped: number
}

export type IdentityState = 'valid' | 'due' | 'expired' | 'missing' | 'refused'

export type AgeState = 'unknown' | 'too_young' | 'needs_guardian' | 'with_guardian' | 'adult'
export type VerifyMethod = 'document' | 'in_person' | 'provider'

export interface Host {
  id: number
  name: string
  stage_name: string
  avatar_url: string
  id_number_masked: string
  verified_at: string | null
  verification_method: VerifyMethod | ''
  verified_through: string | null
  identity: IdentityState
  age: AgeState
}

export interface Campaign {
  id: number
  name: string
  goal: string
  budget_fen: number
}

export type ShowState = 'draft' | 'live' | 'ended'

export interface Show {
  id: number
  code: string
  campaign_id: number | null
  title: string
  theme: string
  goal: string
  audience_card: string
  policy_text: string
  cover_url: string
  campaign_name: string
  host_id: number
  host_name: string
  host_avatar_url: string
  starts_at: string
  planned_minutes: number
  seller_name: string
  seller_licence_no: string
  seller_address: string
  seller_contact: string
  state: ShowState
  started_at: string | null
  ended_at: string | null
  is_demo: boolean
}

export interface ShowDetail extends Show {
  items: RunItem[]
}

/** One row of the run of show (排品表). */
export interface RunItem {
  position: number
  link_no: number
  sku_id: number
  sku_code: string
  spec: string
  product_id: number
  product_title: string
  product_state: string
  image_url: string
  list_price_fen: number
  floor_price_fen: number
  available: number
  extras: Record<string, string>
  role: string
  starts_minute: number
  minutes: number
  price_fen: number
  /** 0: nothing to compare with. */
  day_price_fen: number
  price_basis: string
  units_planned: number
  first_batch_units: number
  buffer_units: number
  /** 0: no limit. */
  per_buyer_max: number
  mechanism: string
  selling_points: string[]
  benefit: string
  script_text: string
  banned_note: string
  host_note: string
  desk_action: string
  opens_with_pop: boolean
}

export type CheckState = 'green' | 'amber' | 'red'

export interface Check {
  code: string
  state: CheckState
  title_zh: string
  title_en: string
  detail_zh: string
  detail_en: string
  do_zh: string
  do_en: string
  where: string
}

export interface Preflight {
  state: CheckState
  checks: Check[]
}

/** A link as staff see it: what was given to the show, and where it is. */
export interface DeskLink {
  link_no: number
  sku_id: number
  product_title: string
  spec: string
  image_url: string
  price_fen: number | null
  units_left: number
  state: 'planned' | 'listed' | 'open' | 'closed'
  units_given?: number
  units_held?: number
  units_sold?: number
}

export interface DeskRoom {
  show: Show
  auctions: AuctionOn[]
  room: { code: string; picture: { playlist: string; state: string } }
  items: RunItem[]
  board: { explaining_link_no: number | null; notice: string; host_note: string }
  mutes: { viewer_id: number; until: string }[]
}

export interface StreamKey {
  server: string
  key: string
  room_code: string
  expires_at: string | null
}

export interface Metric {
  code: string
  name_zh: string
  name_en: string
  /** count, share (0 to 1), fen, number or s. */
  unit: string
  basis: 'people' | 'times' | 'money' | string
  grains: string[]
  version: number
  gmv_kind: string
  refund_clock: string
  means_zh: string
  means_en: string
  sql: string
  expression: string
  source: string
}

/** A number of a board or report; `last` and `before` are the last five minutes and those before. */
export interface MetricValue {
  code: string
  value: number | null
  version: number
  last: number | null
  before: number | null
}

export interface Board {
  show_id: number
  at: string
  figures: MetricValue[]
}

export interface ProductRow {
  link_no: number
  title: string
  figures: Record<string, number | null>
}

export interface MinuteRow {
  minute: number
  online: number
  on_air: number[]
  figures: Record<string, number | null>
}

export interface OnAir {
  link_no: number
  from_s: number
  to_s: number
}

export interface Report {
  show_id: number
  started_at: string
  over_at: string
  events: number
  headline: MetricValue[]
  figures: MetricValue[]
  funnel: MetricValue[]
  rates: MetricValue[]
  products: ProductRow[]
  minutes: MinuteRow[]
  on_air: OnAir[]
}

export interface Finding {
  id: number
  surface: string
  subject_kind: string
  subject_id: number
  text: string
  family: string
  rule_id: string
  law: string
  article: string
  item: string
  verdict: string
  severity: string
  action: string
  suppressed_reason: string
  state: string
  found_at: string
  confirmed_by: number | null
  confirmed_reason: string
}

/** Something wrong with the picture; no violation. */
export interface PictureTrouble {
  id: number
  session_id: string
  kind: 'black' | 'frozen' | 'silent' | 'unwatched'
  began_at: string
  over_at: string | null
}

export type OrderState = 'created' | 'paid' | 'closed' | 'refunding' | 'refunded'

export interface Order {
  no: string
  state: OrderState
  total_fen: number
  placed_at: string
  pay_before: string
  paid_at: string | null
  close_reason: string
  lines: { link_no: number; title: string; spec: string; units: number; unit_price_fen: number; amount_fen: number }[]
  receiver_masked: string
  refund_fen: number
}

export interface DeskOrder {
  order: Order
  viewer_id: number
  refund_reason: string
  refund_tries: number
  borne: Borne[]
}

export type Payer = 'shop' | 'platform' | 'host' | 'partner'

/** What one payer bears of one line's discount. */
export interface Borne {
  line_id: number
  link_no: number
  title: string
  payer: Payer
  fen: number
  undone_fen: number
}
