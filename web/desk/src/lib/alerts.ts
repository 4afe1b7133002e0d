/** What the desk should look at now: stock, lateness, picture, findings, and the server's alerts. */

import type { AlertEvent } from '@kaibo/shared'
import type { Goods } from './live'
import type { Finding, PictureTrouble } from './types'

export interface Alert {
  key: string
  mood: 'look' | 'wrong' | 'info'
  /** Name of a text under `live.alerts`, or null when `text` stands by itself. */
  word: string | null
  named: Record<string, number | string>
  text: string
  /** In English; empty where the text is for all. */
  textEn: string
  cite: string
  /** What was done about it already, a text under `live.alerts`; empty when nothing. */
  done: string
  link: number | null
  /** Where the picture is that it was seen in; empty when there is none. */
  frame: string
}

export interface Scene {
  goods: readonly Goods[]
  lateMinutes: number
  picture: 'off' | 'live'
  findings: readonly Finding[]
  troubles: readonly PictureTrouble[]
  events: readonly (AlertEvent & { at: number })[]
  seen: ReadonlySet<string>
}

const LATE_MINUTES = 3
const FINDINGS_SHOWN = 20

const plain = { named: {} as Record<string, number | string>, text: '', textEn: '', cite: '', done: '', link: null, frame: '' }

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

const ACTION_WORDS: Record<string, string> = { block: 'hidden', hide: 'hidden', warn: 'warned' }

/** Findings of what the eyes saw, by their subject, with their text under `live.alerts`. */
const SIGHTS: Record<string, string> = { seen_code: 'code', seen_text: 'words' }

/** The same words again are one alert with a count; it comes back when they are said anew. */
function findingAlerts(findings: readonly Finding[]): Alert[] {
  const groups = new Map<string, Finding[]>()
  for (const one of findings) {
    if (one.state === 'dismissed' || one.suppressed_reason) continue
    const key = `${one.rule_id}:${one.text}`
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].slice(0, FINDINGS_SHOWN).map((group) => {
    const latest = group.reduce((last, one) => (one.id > last.id ? one : last))
    // What the machine took off the screen, or never let there, is done; what a person said is not.
    const isOff = latest.surface === 'chat' || latest.action === 'block' || latest.confirmed_reason !== ''
    const text = group.length > 1 ? `${latest.text} ×${group.length}` : latest.text
    const seen = SIGHTS[latest.subject_kind] ?? null
    return {
      ...plain,
      key: `finding:${latest.id}`,
      mood: latest.verdict === 'violation' && !isOff ? ('wrong' as const) : ('look' as const),
      word: seen,
      named: seen ? { text } : plain.named,
      frame: seen ? `/api/desk/sightings/${latest.subject_id}/frame` : '',
      text,
      cite: `《${latest.law}》${latest.article}${latest.item}`,
      done: latest.confirmed_reason !== '' ? 'confirmed' : ACTION_WORDS[latest.action] ?? 'recorded',
    }
  })
}

/** What the picture lacks now; one that is over is gone from the lane. */
function troubleAlerts(troubles: readonly PictureTrouble[]): Alert[] {
  return troubles
    .filter((one) => one.over_at === null)
    .map((one) => ({ ...plain, key: `trouble:${one.id}`, mood: 'wrong', word: one.kind }))
}

/** Most urgent first; what the person has seen is left out until it happens anew. */
export function alertsOf(scene: Scene): Alert[] {
  const all: Alert[] = []
  if (scene.picture === 'off') all.push({ ...plain, key: 'picture', mood: 'wrong', word: 'noPicture' })
  all.push(...stockAlerts(scene.goods))
  if (scene.lateMinutes >= LATE_MINUTES) all.push({ ...plain, key: 'late', mood: 'look', word: 'late', named: { n: scene.lateMinutes } })
  all.push(...troubleAlerts(scene.troubles))
  const told = new Set(scene.findings.map((one) => one.subject_kind))
  for (const event of scene.events) {
    // The lane says these itself, as long as they last and with the frame.
    if (event.code === 'picture') continue
    if ((event.code === 'qr' && told.has('seen_code')) || (event.code === 'words' && told.has('seen_text'))) continue
    all.push({ ...plain, key: `event:${event.code}:${event.at}`, mood: 'look', word: null, text: event.text, textEn: event.text_en ?? '' })
  }
  all.push(...findingAlerts(scene.findings))
  return all.filter((alert) => !scene.seen.has(alert.key))
}
