/** Shapes of the ledger, statements and other platforms' orders, as the API gives them. */

import type { Borne, ImportError, ImportField, PageOf } from './types'

export type AccountKind = 'asset' | 'liability' | 'income' | 'expense'

export interface AccountBalance {
  account: string
  zh: string
  en: string
  kind: AccountKind
  opening_fen: number
  debit_fen: number
  credit_fen: number
  closing_fen: number
}

export interface TrialBalance {
  since: string | null
  until: string | null
  accounts: AccountBalance[]
  debit_fen: number
  credit_fen: number
}

/** One movement of money between two accounts. */
export interface Entry {
  at: string
  order_no: string
  provider: string
  provider_no: string
  why: string
  debit: string
  credit: string
  amount_fen: number
}

export type EntryPage = Omit<PageOf<Entry>, 'states'>

export type BankState = 'bank_due' | 'bank_done' | 'twice'

/** A refund that its provider will never make, and the bank transfer entered for it. */
export interface BankRefund {
  id: number
  no: string
  show_id: number
  state: BankState
  amount_fen: number
  provider: string
  provider_no: string
  answer: string
  refund_reason: string
  receiver_masked: string
  owed_at: string
  refunded_at: string | null
  needs_second: boolean
  settlement: {
    state: 'asked' | 'done' | 'refused'
    bank_ref: string
    reason: string
    needs_second: boolean
    asked_by: number
    asked_by_name: string
    asked_at: string
    decided_by_name: string
    decided_at: string | null
  } | null
}

export type InvoiceState = 'asked' | 'issued' | 'withdrawn' | 'reversed'

export interface Invoice {
  id: number
  no: string
  state: InvoiceState
  kind: 'person' | 'company'
  title_masked: string
  number: string
  amount_fen: number | null
  /** What is paid of the order and does not go back; an issued invoice of another amount is reversed. */
  due_fen: number
  asked_at: string
  red_number: string
  reason: string
}

export interface OrderLedger {
  no: string
  total_fen: number
  /** `balances`: what then stands on each account that is not empty. */
  movements: { entry: Entry; balances: Record<string, number> }[]
  borne: Borne[]
}

/** A statement before it is compared. */
export interface StatementLook {
  columns: string[]
  mapping: Record<string, string | null>
  fields: ImportField[]
  sample: string[][]
  rows: number
  providers: string[]
}

export type DifferenceName = 'ours_only' | 'theirs_only' | 'amount_differs' | 'twice_in_theirs' | 'fee_differs'

export interface Difference {
  what: DifferenceName
  kind: 'paid' | 'refund'
  number: string
  order_no: string
  line: number | null
  ours_fen: number | null
  theirs_fen: number | null
}

export interface SideTotals {
  paid: number
  paid_fen: number
  refunds: number
  refunds_fen: number
}

export interface Reconciliation {
  provider: string
  since: string
  until: string
  preview: { rows: number; rows_ok: number; notes: number; errors: ImportError[]; errors_total: number }
  ours: SideTotals
  theirs: SideTotals
  fees_fen: number
  agree: boolean
  counts: Partial<Record<DifferenceName, number>>
  /** The first 1,000. */
  differences: Difference[]
  payouts: number
  payouts_fen: number
}

/** A statement that was accepted, and what it entered. */
export interface AcceptedStatement {
  id: number
  provider: string
  since: string
  until: string
  lines: number
  differences: number
  unread: number
  reason: string
  accepted_at: string
  entries: number
  fees_fen: number
  fees_back_fen: number
  payouts_fen: number
}

export type PayeeKind = 'host' | 'agency'

export interface CommissionReport {
  payees: { payee: PayeeKind; host_id: number | null; payee_name: string; lines: number; accrued_fen: number; due_fen: number }[]
  accrued_fen: number
  due_fen: number
}

export interface CommissionRate {
  id: number
  show_id: number
  link_no: number | null
  payee: PayeeKind
  payee_name: string
  rate_bp: number
  from_at: string
  set_by_name: string
  set_at: string
}

export type OrderFileState = 'ready' | 'applying' | 'applied' | 'repeat'

export interface OrderFilePreview {
  id: number
  filename: string
  platform: string
  shop: string
  zone: string
  currency: string
  columns: string[]
  /** Columns that say who buyers are: never kept. */
  left_out: string[]
  mapping: Record<string, string | null>
  fields: ImportField[]
  rows: number
  orders_ok: number
  refused: number
  repeats: number
  errors: ImportError[]
  errors_total: number
  sample: string[][]
  state: OrderFileState
  orders_done: number
  /** When its orders were so: its export where it says so, else its upload. */
  told_at: string
  exported_from: 'name' | 'rows' | ''
  has_changed_at: boolean
  /** Orders that stay as they are, because what is stored is newer. */
  older: number
}

export interface OrderFileResult {
  rows: number
  orders: number
  created: number
  replaced: number
  unchanged: number
  refused: number
  repeats: number
  already: boolean
  older: number
}

export interface OrderFile {
  id: number
  filename: string
  platform: string
  shop: string
  state: OrderFileState
  rows: number
  created: number
  replaced: number
  unchanged: number
  older: number
  refused: number
  repeats: number
  created_at: string
  applied_at: string | null
}

export interface DayFigures {
  orders: number
  paid: number
  refunded: number
  total_minor: number
  paid_minor: number
  refund_minor: number
}

export interface FileDay {
  day: string
  file: DayFigures
  ours: DayFigures
  agrees: boolean
}

/** An order of another platform; amounts in hundredths of `currency`. */
export interface PlatformOrder {
  platform: string
  shop: string
  no: string
  state: 'created' | 'paid' | 'closed' | 'refunded'
  state_text: string
  currency: string
  total_minor: number
  paid_minor: number
  refund_minor: number
  is_return: boolean
  ordered_at: string
  paid_at: string | null
  province: string
  city: string
  lines: { title: string; spec: string; units: number | null; product_code: string; is_unsplit: boolean }[]
}

export type PlatformOrderPage = Omit<PageOf<PlatformOrder>, 'states'>
