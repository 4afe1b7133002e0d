/** What the desk should look at now: stock, lateness, picture, findings, and the server's alerts. */

import type { AlertEvent } from '@kaibo/shared'
import type { Goods } from './live'
import type { Finding } from './types'

export interface Alert {
  key: string
  mood: 'look' | 'wrong' | 'info'
  /** Name of a text under `live.alerts`, or null when `text` stands by itself. */
  word: string | null
  named: Record<string, number>
  text: string
  cite: string
  link: number | null
}

export interface Scene {
  goods: readonly Goods[]
  lateMinutes: number
  picture: 'off' | 'live'
  findings: readonly Finding[]
  events: readonly (AlertEvent & { at: number })[]
  seen: ReadonlySet<string>
}

const LATE_MINUTES = 3
const FINDINGS_SHOWN = 20

const plain = { named: {}, text: '', cite: '', link: null }

function stockAlerts(goods: readonly Goods[]): Alert[] {
  return goods
    .filter((row) => row.state === 'open')
    .flatMap((row): Alert[] => {
      const n = row.item.link_no
      if (row.left === 0) return [{ ...plain, key: `out:${n}`, mood: 'wrong', word: 'soldOut', named: { n }, link: n }]
      const given = row.given ?? row.item.first_batch_units
      return row.left * 10 < given
        ? [{ ...plain, key: `low:${n}`, mood: 'look', word: 'stockLow', named: { n, left: row.left }, link: n }]
        : []
    })
}

function findingAlerts(findings: readonly Finding[]): Alert[] {
  return findings
    .filter((one) => one.state !== 'dismissed' && !one.suppressed_reason)
    .slice(0, FINDINGS_SHOWN)
    .map((one) => ({
      key: `finding:${one.id}`,
      mood: one.verdict === 'violation' ? ('wrong' as const) : ('look' as const),
      word: null,
      named: {},
      text: one.text,
      cite: `《${one.law}》${one.article}${one.item}`,
      link: null,
    }))
}

/** Most urgent first; what the person has seen is left out until it happens anew. */
export function alertsOf(scene: Scene): Alert[] {
  const all: Alert[] = []
  if (scene.picture === 'off') all.push({ ...plain, key: 'picture', mood: 'wrong', word: 'noPicture' })
  all.push(...stockAlerts(scene.goods))
  if (scene.lateMinutes >= LATE_MINUTES) all.push({ ...plain, key: 'late', mood: 'look', word: 'late', named: { n: scene.lateMinutes } })
  for (const event of scene.events) {
    all.push({ ...plain, key: `event:${event.code}:${event.at}`, mood: 'look', word: null, text: event.text })
  }
  all.push(...findingAlerts(scene.findings))
  return all.filter((alert) => !scene.seen.has(alert.key))
}
