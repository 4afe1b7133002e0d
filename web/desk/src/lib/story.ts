/** The three sentences that open a review: what was sold, where people were lost, what sold most. */

import { shareText, type Language } from '@kaibo/shared'
import { moneyText, spanText } from './figures'
import type { Report } from './types'

export interface Sentence {
  /** A text under `report.story`. */
  word: string
  named: Record<string, string>
}

export type NameOf = (code: string) => string

export const valueOf = (report: Report, code: string): number | null =>
  report.figures.find((figure) => figure.code === code)?.value ?? null

const whole = (n: number | null) => (n ?? 0).toLocaleString('en-US')

function sold(report: Report, language: Language): Sentence {
  const buyers = valueOf(report, 'buyers') ?? 0
  if (buyers === 0) {
    const named = { viewers: whole(valueOf(report, 'viewers')), clickers: whole(valueOf(report, 'product_clickers')) }
    return { word: 'nobody', named }
  }
  const net = valueOf(report, 'gmv_net') ?? 0
  const each = valueOf(report, 'spend_per_buyer') ?? Math.round((valueOf(report, 'gmv_paid') ?? 0) / buyers)
  return {
    word: 'sold',
    named: {
      net: moneyText(net, language),
      orders: whole(valueOf(report, 'orders_paid')),
      buyers: whole(buyers),
      each: moneyText(Math.round(each), language),
    },
  }
}

function funnel(report: Report, language: Language, nameOf: NameOf): Sentence {
  const known = report.rates.filter((rate) => rate.value !== null)
  const worst = [...known].sort((a, b) => (a.value as number) - (b.value as number))[0]
  const named = {
    viewers: whole(valueOf(report, 'viewers')),
    watch: spanText(valueOf(report, 'average_watch_s') ?? 0, language),
  }
  return worst
    ? { word: 'funnel', named: { ...named, step: nameOf(worst.code), rate: shareText(worst.value as number) } }
    : { word: 'plainFunnel', named }
}

function top(report: Report): Sentence {
  const paid = (row: Report['products'][number]) => row.figures.gmv_paid ?? 0
  const best = [...report.products].sort((a, b) => paid(b) - paid(a))[0]
  const all = valueOf(report, 'gmv_paid') ?? 0
  if (!best || paid(best) === 0 || all === 0) return { word: 'noTop', named: {} }
  const refund = valueOf(report, 'refund_rate')
  return {
    word: 'top',
    named: { name: best.title, share: shareText(paid(best) / all, 0), refund: refund === null ? '—' : shareText(refund) },
  }
}

export function storyOf(report: Report, language: Language, nameOf: NameOf): Sentence[] {
  return [sold(report, language), funnel(report, language, nameOf), top(report)]
}
