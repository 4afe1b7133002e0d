/** Published rules: versions, who took note of them, and what was said while they were announced. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'

export const KINDS = ['marketing', 'negative_list', 'service'] as const
export type RulesKind = (typeof KINDS)[number]
export type RulesState = 'in_force' | 'announced' | 'past' | 'dropped'
export const RULES_MOOD: Record<RulesState, Mood> = { in_force: 'fine', announced: 'look', past: 'plain', dropped: 'plain' }

export interface RulesCard {
  id: number
  kind: RulesKind
  number: number
  title_zh: string
  title_en: string
  summary_zh: string
  summary_en: string
  impact: 'minor' | 'major'
  digest: string
  published_at: string
  effective_at: string
  until: string | null
  state: RulesState
}

export interface DeskRulesVersion {
  card: RulesCard
  acknowledged_at: string | null
  acknowledged_by: string
  opinions: number
}

export interface DeskRules {
  publisher: { code: string; name: string }
  is_own: boolean
  standing: 'none' | 'unread' | 'announced' | 'read'
  versions: DeskRulesVersion[]
}

export interface RulesInFull {
  version: { card: RulesCard; publisher: string; text_zh: string; text_en: string }
  acknowledgements: { operator: string; person: string; at: string }[]
  opinions: { id: number; text: string; at: string }[]
}

export const readRules = () => api.get<DeskRules>('/desk/rule-versions')
export const readRulesVersion = (id: number) => api.get<RulesInFull>(`/desk/rule-versions/${id}`)
/** Only what holds or will hold wants a note. */
export const wantsNote = (one: DeskRulesVersion): boolean => !one.acknowledged_at && (one.card.state === 'in_force' || one.card.state === 'announced')
