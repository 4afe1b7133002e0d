/** Decisions against hosts and the operator. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'

export const WHO = ['host', 'operator'] as const
export const MEASURES = ['warn', 'limit_function', 'limit_traffic', 'pause', 'timed_stop', 'close_account', 'bar_reregistration', 'blacklist'] as const
export type Measure = (typeof MEASURES)[number]
export type State = 'asked' | 'decided' | 'appealed' | 'upheld' | 'lifted' | 'ended' | 'dropped'

export interface Sanction {
  id: number
  who: (typeof WHO)[number]
  name: string
  measure: Measure
  severity: string
  finding_ids: number[]
  authority: string
  order_no: string
  starts_at: string
  ends_at: string
  state: State
  holds: boolean
  decided_by: number
  confirmed_by: number | null
  appeal: string
  answer_by: string | null
  answer: string
  letter: string
}

export interface Sanctions {
  sanctions: Sanction[]
  fits_from: Record<Measure, string>
}

export interface Draft {
  who: (typeof WHO)[number]
  host_id: number | null
  name: string
  measure: Measure
  findings: string
  listing: string
  facts: string
  reason: string
  law: string
  article: string
  appeal_to: string
  authority: string
  order_no: string
  ends_at: string
}

export const MOOD: Record<State, Mood> = { asked: 'look', decided: 'wrong', appealed: 'look', upheld: 'wrong', lifted: 'plain', ended: 'plain', dropped: 'plain' }
export const BY_LISTING: readonly Measure[] = ['bar_reregistration', 'blacklist']

const WEEK_MS = 7 * 86_400_000

/** A warning for a week, unless somebody decides otherwise. */
export const emptyDraft = (law: string, article: string): Draft => ({
  who: 'host', host_id: null, name: '', measure: 'warn', findings: '', listing: '', facts: '', reason: '', law, article, appeal_to: '', authority: '', order_no: '',
  ends_at: new Date(Date.now() + WEEK_MS).toISOString(),
})

/** What the server is asked to decide; it begins at once. */
export function bodyOf({ findings, listing, ...draft }: Draft): object {
  return {
    ...draft,
    host_id: draft.who === 'host' ? draft.host_id : null,
    finding_ids: (findings.match(/\d+/g) ?? []).map(Number),
    listing_id: BY_LISTING.includes(draft.measure) && /^\s*\d+\s*$/.test(listing) ? Number(listing) : null,
  }
}

export const readSanctions = () => api.get<Sanctions>('/desk/sanctions')
