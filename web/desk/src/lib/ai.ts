/** People made by AI: what each lacks, who watches them, and whether the label is really seen. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'

export type AiFault = 'assessment_missing' | 'assessment_over' | 'face_consent' | 'voice_consent'
export type Label = 'on' | 'off' | 'covered'
export type DutyState = 'none' | 'on' | 'lost'
export const DUTY_MOOD: Record<DutyState, Mood> = { none: 'look', on: 'fine', lost: 'wrong' }
export const FACES = ['real', 'invented'] as const
export const VOICES = ['real', 'invented', 'none'] as const
export const BEAT_MS = 1_000

export interface AiConsent {
  id: number
  part: 'face' | 'voice'
  giver: string
  for_live: boolean
  for_clips: boolean
  scope: string
  since_on: string
  until_on: string
  withdrawn_at: string | null
}

export interface AiPerson {
  id: number
  name: string
  face: (typeof FACES)[number]
  voice: (typeof VOICES)[number]
  assessment_no: string
  assessed_through: string | null
  faults: AiFault[]
  consents: AiConsent[]
}

export interface ShowAi {
  show_id: number
  show_state: 'draft' | 'live' | 'ended'
  room_code: string
  remind_every_min: number
  personas: AiPerson[]
  duty: { state: DutyState; officer_id: number | null; officer: string; on_since: string | null; beat_at: string | null; label: Label | null }
}

export const readAiPeople = () => api.get<AiPerson[]>('/desk/ai-people')
export const readShowAi = (id: number) => api.get<ShowAi>(`/desk/shows/${id}/ai`)

/** Whether a label stands inside the window and nothing lies over it, at its middle and both ends. */
export function labelSeen(page: Document): Label {
  const found = [...page.querySelectorAll<HTMLElement>('[data-ai-label]')].map(seen)
  return found.includes('on') ? 'on' : found.includes('covered') ? 'covered' : 'off'
}

function seen(label: HTMLElement): Label {
  const view = label.ownerDocument.defaultView
  const { left, right, top, bottom } = label.getBoundingClientRect()
  const isInside = view !== null && right - left >= 8 && bottom - top >= 8 && left >= 0 && top >= 0 && right <= view.innerWidth && bottom <= view.innerHeight
  const style = view?.getComputedStyle(label)
  if (!isInside || style?.visibility === 'hidden' || Number(style?.opacity) < 0.5) return 'off'
  const y = (top + bottom) / 2
  const isFree = [left + 3, (left + right) / 2, right - 3].every((x) => label.contains(label.ownerDocument.elementFromPoint(x, y)))
  return isFree ? 'on' : 'covered'
}
