/** Who is listed, with the words that the page needs. */

import { api } from '../api'
import { i18n } from '../i18n'
import type { Mood } from '../parts/StateChip.vue'
import { blacklist } from '../words/blacklist'
import { catalogue } from '../words/catalogue'

i18n.global.mergeLocaleMessage('zh-Hans', { blacklist: catalogue(blacklist, 0) })
i18n.global.mergeLocaleMessage('en', { blacklist: catalogue(blacklist, 1) })

export const WHO = ['host', 'operator', 'agency'] as const
export const KINDS = ['id_number', 'credit_code', 'phone'] as const
export type State = 'listed' | 'appealed' | 'upheld' | 'removed' | 'ended'

export interface Listing {
  id: number
  who: (typeof WHO)[number]
  name: string
  marks: string[]
  ends_at: string
  state: State
  decided_by: number
  appeal: string
  answer_by: string | null
  answer: string
  letter: string
}

export interface Draft {
  who: (typeof WHO)[number]
  name: string
  identifiers: Record<(typeof KINDS)[number], string>
  facts: string
  reason: string
  basis: string
  appeal_to: string
  ends_at: string
}

export const MOOD: Record<State, Mood> = { listed: 'wrong', appealed: 'look', upheld: 'wrong', removed: 'plain', ended: 'plain' }

const YEAR_MS = 365 * 86_400_000

/** A year, unless somebody decides otherwise. */
export const emptyDraft = (basis: string): Draft => ({
  who: 'host', name: '', identifiers: { id_number: '', credit_code: '', phone: '' }, facts: '', reason: '', basis, appeal_to: '', ends_at: new Date(Date.now() + YEAR_MS).toISOString(),
})

export const readListings = () => api.get<Listing[]>('/desk/blacklist')
