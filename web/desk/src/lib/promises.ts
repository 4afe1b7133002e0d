/** What was said beside what is configured, and its correction, with the words that its pages need. */

import { api } from '../api'
import { i18n } from '../i18n'
import type { Mood } from '../parts/StateChip.vue'
import { catalogue } from '../words/catalogue'
import { promises } from '../words/promises'

i18n.global.mergeLocaleMessage('zh-Hans', { promises: catalogue(promises, 0) })
i18n.global.mergeLocaleMessage('en', { promises: catalogue(promises, 1) })

export type Verdict = 'agrees' | 'differs' | 'unknown'

export interface Promised {
  id: number
  source: 'speech' | 'chat' | 'notice' | 'picture'
  said_at: string
  link_no: number | null
  kind: string
  words: string
  configured_zh: string
  configured_en: string
  verdict: Verdict
}

export interface Promises {
  items: Promised[]
  total: number
  page: number
  pages: number
  verdicts: Partial<Record<Verdict, number>>
}

export interface Correction {
  id: number
  link_no: number | null
  kind: string
  severity: string
  wrong: string
  right_zh: string
  right_en: string
  state: 'open' | 'made' | 'withdrawn'
  since_at: string
  due_at: string
  shown_at: string | null
  said_at: string | null
  overdue_at: string | null
  orders_told: number
  reason: string
}

export interface Utterance {
  id: number
  source: string
  link_no: number | null
  began_at: string
  text: string
}

export interface Heard {
  lines: number
  promises: number
  differing: number
  findings: number
}

export const VERDICTS = ['differs', 'agrees', 'unknown'] as const
export const VERDICT_MOOD: Record<Verdict, Mood> = { agrees: 'fine', differs: 'wrong', unknown: 'plain' }
export const STATE_MOOD: Record<Correction['state'], Mood> = { open: 'wrong', made: 'fine', withdrawn: 'plain' }

export const showCorrection = (id: number, words: { right_zh?: string; right_en?: string } = {}) =>
  api.post<Correction>(`/desk/corrections/${id}/show`, words)
export const sayCorrection = (id: number) => api.post<Correction>(`/desk/corrections/${id}/said`)
export const withdrawCorrection = (id: number, reason: string) => api.post<Correction>(`/desk/corrections/${id}/withdraw`, { reason })
