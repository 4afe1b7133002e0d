/** Duties and controls, the rulebook, the shop's own words, and what the organisation is. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'

export type ControlState = 'enforced' | 'warned' | 'recorded' | 'planned' | 'not_applicable'
export const CONTROL_STATES: readonly ControlState[] = ['enforced', 'warned', 'recorded', 'planned', 'not_applicable']
export const CONTROL_MOOD: Record<ControlState, Mood> = { enforced: 'fine', warned: 'look', recorded: 'info', planned: 'plain', not_applicable: 'plain' }

export interface Control {
  row: string
  group: string
  title_zh: string
  title_en: string
  law: string
  article: string
  item: string
  also: string[]
  bound: string[]
  state: ControlState
  why_not_zh: string
  why_not_en: string
  action: string
  check: string
  tells: boolean
  last_fired_at: string | null
  tests: string[]
  kept_zh: string
  kept_en: string
  retention_zh: string
  retention_en: string
  note_zh: string
  note_en: string
}

export interface Question {
  code: string
  question_zh: string
  question_en: string
  why_zh: string
  why_en: string
  answer: boolean | null
}

export interface Profile {
  questions: Question[]
  kind: string
  kind_zh: string
  kind_en: string
  roles: string[]
  answered_at: string | null
}

export interface Article {
  law: string
  article: string
  version: string
  text: string
  verified: boolean
}

export interface Pack {
  family: string
  layer: 'law' | 'platform' | 'shop'
  group: string
  title_zh: string
  title_en: string
  version: string
  law: string
  article: string
  in_force_from: string | null
  in_force_to: string | null
  rules: number
  number: number
  problems: string[]
}

export interface Rule {
  rule_id: string
  verdict: string
  severity: string
  actions: Record<string, string>
  message_zh: string
  message_en: string
  evidence: string
  law: string
  article: string
  item: string
  articles: Article[]
  words: string[]
}

export interface Difference {
  kind: 'added' | 'removed' | 'changed'
  where: string
  what: string
  before: string
  after: string
}

export interface PackPreview {
  family: string
  number: number
  problems: string[]
  changes: Difference[]
}

export interface PackVersion {
  family: string
  number: number
  source: string
  is_current: boolean
  again: number | null
  made_at: string
}

export interface PastHit {
  show_id: number
  show_title: string
  started_at: string
  place_zh: string
  place_en: string
  text: string
  matched: string
  rule_id: string
  law: string
  article: string
  item: string
  verdict: string
  action: string
  /** The same rule was found in the same text then. */
  was_met: boolean
  /** Only the pack that is tried meets it. */
  is_new: boolean
}

export interface PastLook {
  shows: number
  texts: number
  failing: PastHit[]
  has_more: boolean
}

export type Surface = 'script' | 'title' | 'speech' | 'chat'
export const SURFACES: readonly Surface[] = ['script', 'title', 'speech', 'chat']
export type Doing = 'block' | 'warn' | 'record'
export const DOINGS: readonly Doing[] = ['block', 'warn', 'record']

export interface WordEntry {
  words: string[]
  doing: Doing
  surfaces: Surface[]
  message_zh: string
  message_en: string
  id: string
}

export interface OwnWords {
  entries: WordEntry[]
  number: number
}

export const readCoverage = () => api.get<Control[]>('/desk/coverage')
export const readProfile = () => api.get<Profile>('/desk/profile')
export const readArticle = (law: string, article: string) => api.get<Article>(`/law/${encodeURIComponent(law)}/${encodeURIComponent(article)}`)
export const readPacks = () => api.get<Pack[]>('/desk/rulebook/packs')
export const readRules = (family: string) => api.get<Rule[]>(`/desk/rulebook/rules?family=${encodeURIComponent(family)}`)
export const readVersions = (family: string) => api.get<PackVersion[]>(`/desk/rulebook/packs/${encodeURIComponent(family)}/versions`)
export const readChanges = (family: string, before: number, after: number) => api.get<Difference[]>(`/desk/rulebook/packs/${encodeURIComponent(family)}/changes?before=${before}&after=${after}`)
export const previewPack = (source: string) => api.post<PackPreview>('/desk/rulebook/preview', { source })
/** What past shows said that would fail now; `source` is a pack to try on them. */
export const lookBack = (days: number, source = '') => api.post<PastLook>('/desk/rulebook/past', { days, source })
export const readWords = () => api.get<OwnWords>('/desk/rulebook/words')

export const newWords = (): WordEntry => ({ words: [], doing: 'block', surfaces: [...SURFACES], message_zh: '', message_en: '', id: '' })

/** Controls by state, and by what was typed: of a duty's words, its number or its article. */
export function narrowed(controls: readonly Control[], state: ControlState | '', typed: string): Control[] {
  const wanted = typed.trim().toLowerCase()
  return controls.filter((one) => {
    if (state && one.state !== state) return false
    return !wanted || `${one.row} ${one.title_zh} ${one.title_en} ${one.law}${one.article}${one.item}`.toLowerCase().includes(wanted)
  })
}

export function counted(controls: readonly Control[]): Record<ControlState, number> {
  const counts = { enforced: 0, warned: 0, recorded: 0, planned: 0, not_applicable: 0 }
  for (const one of controls) counts[one.state] += 1
  return counts
}
