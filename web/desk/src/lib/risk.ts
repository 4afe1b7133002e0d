/** Where a room stands on the ladder, with the words that its pages need. */

import { api } from '../api'
import { i18n } from '../i18n'
import type { Mood } from '../parts/StateChip.vue'
import { catalogue } from '../words/catalogue'
import { risk } from '../words/risk'

i18n.global.mergeLocaleMessage('zh-Hans', { risk: catalogue(risk, 0) })
i18n.global.mergeLocaleMessage('en', { risk: catalogue(risk, 1) })

export const RUNGS = ['clear', 'record', 'popup', 'warning', 'limit', 'pause', 'stop'] as const
export type Rung = (typeof RUNGS)[number]

export interface Reason {
  finding_id: number
  family: string
  rule_id: string
  severity: string
  severity_points: number
  repeat_points: number
  aged_points: number
  points: number
}

export interface Move {
  id: number
  before: Rung
  rung: Rung
  score: number
  reasons: Reason[]
  cause: 'findings' | 'time' | 'dismissal' | 'override' | 'lift' | 'decision' | 'hold' | 'system'
  reason: string
  by_person: number | null
  at: string
}

/** What keeps the room from going below a rung, whoever asks, until it is mended. */
export interface Hold {
  cause: 'decision' | 'hold' | 'system'
  rung: Rung
  reason: string
  since_at: string
}

export interface Risk {
  rung: Rung
  score: number
  reasons: Reason[]
  steps_down_at: string | null
  viewers_max: number | null
  lift: { rung: Rung; reason: string; asked_by: number } | null
  holds: Hold[]
  changes: Move[]
  reached_at: Record<Rung, number>
}

export const MOOD: Record<Rung, Mood> = {
  clear: 'fine', record: 'plain', popup: 'info', warning: 'look', limit: 'look', pause: 'wrong', stop: 'wrong',
}

export const readRisk = (show: number) => api.get<Risk>(`/desk/shows/${show}/risk`)
