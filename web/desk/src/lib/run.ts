/** The run of show (排品表) as it is being edited: order, minutes, and what is wrong in a row. */

import type { RunItem, Sku } from './types'

/** A row on screen; `key` stays with it while it moves. */
export interface RunRow extends RunItem {
  key: number
}

export type RowFault = 'noPrice' | 'belowFloor' | 'shortStock' | 'firstOver' | 'notApproved' | 'sameLink'

export const POINTS_MAX = 3
const DEFAULT_MINUTES = 8
const DEFAULT_UNITS = 100

let keys = 0

export function rowOf(item: RunItem): RunRow {
  keys += 1
  return { ...item, selling_points: [...item.selling_points], extras: { ...item.extras }, key: keys }
}

const nextLink = (rows: readonly RunRow[]) =>
  rows.reduce((most, row) => Math.max(most, row.link_no), 0) + 1
export const endOf = (rows: readonly RunItem[]) =>
  rows.reduce((most, row) => Math.max(most, row.starts_minute + row.minutes), 0)

/** A new row after the last: next link number, next minute, the SKU's own prices and stock. */
export function newRow(rows: readonly RunRow[], sku: Sku): RunRow {
  const units = Math.min(DEFAULT_UNITS, Math.max(0, sku.available))
  const item: RunItem = {
    position: rows.length + 1,
    link_no: nextLink(rows),
    sku_id: sku.id,
    sku_code: sku.code,
    spec: sku.spec,
    product_id: sku.product_id,
    product_title: sku.product_title,
    product_state: sku.product_state,
    image_url: sku.image_url,
    list_price_fen: sku.list_price_fen,
    floor_price_fen: sku.floor_price_fen,
    available: sku.available,
    extras: {},
    role: '',
    starts_minute: endOf(rows),
    minutes: DEFAULT_MINUTES,
    price_fen: sku.list_price_fen,
    day_price_fen: 0,
    price_basis: '',
    units_planned: units,
    first_batch_units: Math.ceil(units / 3),
    buffer_units: 0,
    per_buyer_max: 2,
    mechanism: '',
    selling_points: [],
    benefit: '',
    script_text: '',
    banned_note: '',
    host_note: '',
    desk_action: '',
    opens_with_pop: true,
  }
  return rowOf(item)
}

/** The rows with the one at `from` now at `to`; the same array when nothing moves. */
export function moved(rows: readonly RunRow[], from: number, to: number): RunRow[] {
  const row = rows[from]
  if (!row || to < 0 || to >= rows.length || to === from) return [...rows]
  const rest = rows.filter((_, n) => n !== from)
  return [...rest.slice(0, to), row, ...rest.slice(to)]
}

/** Start minutes one after the other in the order on screen, from the earliest start. */
export function retimed(rows: readonly RunRow[]): RunRow[] {
  let at = rows.length ? Math.min(...rows.map((row) => row.starts_minute)) : 0
  return rows.map((row) => {
    const starts = at
    at += row.minutes
    return { ...row, starts_minute: starts }
  })
}

export function faultsOf(row: RunRow, rows: readonly RunRow[]): RowFault[] {
  const faults: RowFault[] = []
  if (row.price_fen <= 0) faults.push('noPrice')
  else if (row.price_fen < row.floor_price_fen) faults.push('belowFloor')
  if (row.units_planned > row.available) faults.push('shortStock')
  if (row.first_batch_units > row.units_planned) faults.push('firstOver')
  if (row.product_state !== 'approved') faults.push('notApproved')
  if (rows.some((other) => other.key !== row.key && other.link_no === row.link_no)) faults.push('sameLink')
  return faults
}

/** Minutes planned beyond (positive) or short of (negative) the show's length. */
export const overrun = (rows: readonly RunRow[], plannedMinutes: number) => endOf(rows) - plannedMinutes

/** What the server takes for one row. */
export function specOf(row: RunRow): Record<string, unknown> {
  return {
    link_no: row.link_no,
    sku_id: row.sku_id,
    role: row.role,
    starts_minute: row.starts_minute,
    minutes: row.minutes,
    price_fen: row.price_fen,
    day_price_fen: row.day_price_fen,
    price_basis: row.price_basis.trim(),
    units_planned: row.units_planned,
    first_batch_units: row.first_batch_units,
    buffer_units: row.buffer_units,
    per_buyer_max: row.per_buyer_max,
    mechanism: row.mechanism.trim(),
    selling_points: row.selling_points.map((point) => point.trim()).filter(Boolean).slice(0, POINTS_MAX),
    benefit: row.benefit.trim(),
    script_text: row.script_text.trim(),
    banned_note: row.banned_note.trim(),
    host_note: row.host_note.trim(),
    desk_action: row.desk_action.trim(),
    opens_with_pop: row.opens_with_pop,
    extras: row.extras,
  }
}

/** Minute 75 of a show that starts at 20:00 is 21:15. */
export function minuteClock(startsAt: string | null, minute: number): string {
  const start = startsAt ? Date.parse(startsAt) : Number.NaN
  if (Number.isNaN(start)) return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false,
  }).format(start + minute * 60_000)
}
