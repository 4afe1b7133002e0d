/** What the pages about money ask of the server, and how their amounts and days read. */

import { dayText, priceText } from '@kaibo/shared'
import type { Difference, DifferenceName } from './money-types'

/** `¥1,299.00`; of another currency than the yuan `BRL 413.57`. Always two decimals. */
export function amountText(minor: number, currency = 'CNY'): string {
  const text = priceText(minor, true)
  return currency === 'CNY' ? text : text.replace('¥', `${currency} `)
}

/** Days of the shop's clock, both included; '' leaves a side open. */
export interface Period {
  since: string
  until: string
}

export type PeriodName = 'all' | 'today' | 'month' | 'lastMonth'

/** The period of this name at a moment, by the shop's clock. */
export function periodNamed(name: PeriodName, now: number): Period {
  if (name === 'all') return { since: '', until: '' }
  const today = dayText(now)
  if (name === 'today') return { since: today, until: today }
  const begins = `${today.slice(0, 7)}-01`
  if (name === 'month') return { since: begins, until: today }
  const before = new Date(Date.parse(begins) - 86_400_000).toISOString().slice(0, 10)
  return { since: `${before.slice(0, 7)}-01`, until: before }
}

/** `a=1&b=2` of what is not empty; a list is said once for each. */
export function queryText(asked: Record<string, string | number | readonly string[]>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(asked)) {
    if (typeof value === 'object') for (const one of value) search.append(name, one)
    else if (value !== '') search.set(name, String(value))
  }
  return search.toString()
}

/** What the provider has more (or less, below 0) than we, by the name of the difference. */
export function gaps(differences: readonly Difference[]): Partial<Record<DifferenceName, number>> {
  const sums: Partial<Record<DifferenceName, number>> = {}
  for (const one of differences) {
    // A line that comes twice is too much as a whole: the first one has met ours.
    const ours = one.what === 'twice_in_theirs' ? 0 : (one.ours_fen ?? 0)
    const gap = (one.theirs_fen ?? 0) - ours
    sums[one.what] = (sums[one.what] ?? 0) + (one.kind === 'refund' ? -gap : gap)
  }
  return sums
}

/** Hundredths of a percent of a typed percentage (`0.6` → 60); '' → null, nonsense → NaN. */
export function basisPoints(text: string): number | null {
  const plain = text.trim().replace(/[%％]$/, '')
  if (plain === '') return null
  return /^\d{1,2}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : Number.NaN
}

/** Where an order file may come from, and the currencies that are read; as the server knows them. */
export const PLATFORMS = ['douyin', 'kuaishou', 'taobao', 'tiktok', 'weixin', 'plain'] as const
export const CURRENCIES = ['CNY', 'BRL', 'SGD', 'MXN', 'USD', 'GBP', 'EUR', 'THB', 'VND', 'PHP', 'IDR', 'MYR'] as const

const NEAR_ZONES = ['Asia/Shanghai', 'Asia/Singapore', 'Asia/Bangkok', 'Asia/Jakarta', 'Asia/Kuala_Lumpur', 'Asia/Manila', 'Asia/Ho_Chi_Minh', 'Europe/London', 'America/New_York', 'America/Los_Angeles', 'America/Sao_Paulo', 'America/Mexico_City']

/** Every time zone, those of the platforms' shops first. */
export function zones(): string[] {
  const all = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : []
  return [...new Set([...NEAR_ZONES, ...all])]
}
