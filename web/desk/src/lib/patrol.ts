/** Patrol: the wall, looks, grades, and being on duty while somebody is in front of the page. */

import { ref } from 'vue'
import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'
import type { Rung } from './risk'

export type Letter = 'A' | 'B' | 'C' | 'D'
export type KeyWhy = 'large' | 'low' | 'named'
export type Staffing = 'auto' | 'on' | 'off'

export interface Look {
  id: number
  show_id: number
  show_title: string
  person_id: number
  person_name: string
  seed: string
  chances: [number, number][]
  began_at: string
  result: '' | 'nothing' | 'found' | 'lapsed'
  note: string
  signed_at: string | null
}

export interface WallRoom {
  show_id: number
  code: string
  title: string
  host_name: string
  started_at: string
  letter: Letter
  key_whys: KeyWhy[]
  rung: Rung
  score: number
  viewers: number
  due_at: string
  is_overdue: boolean
  patroller_id: number | null
  patroller_name: string
  is_patrolled: boolean
  lost: '' | 'alert' | 'limit'
  last: Look | null
  watched_by: string[]
}

/** What patrol asks of a show that wants to open. */
export interface Gate {
  letter: Letter
  key_whys: KeyWhy[]
  patroller_id: number | null
  is_patrolled: boolean
}

export interface Terms {
  staffing: Staffing
  rooms_per_moderator: number
  applies: boolean
}

export interface Wall {
  rooms: WallRoom[]
  duty: { person_id: number; name: string; began_at: string; is_present: boolean }[]
  is_on_duty: boolean
  moderators: number
  needed: number
  terms: Terms
  mine: Look | null
}

export interface Line {
  what: string
  amount: number
  points: number
}

export interface Grade {
  on: string
  formula: number
  letter: Letter
  before: '' | Letter
  score: number
  score_lines: Line[]
  size: number
  size_lines: Line[]
}

export interface Standing {
  host_id: number
  host_name: string
  letter: Letter
  key_whys: KeyWhy[]
  functions_off: string[]
  look_every_s: number
  grade: Grade | null
  mark: { reason: string } | null
}

export interface Formula {
  number: number
  window_days: number
  reached_at: Record<Letter, number>
  finding_costs: Record<string, number>
  stopped_costs: number
  size_steps: Record<string, [number, number][]>
  large_from: number
  functions_off: Record<Letter, string[]>
  look_every_s: Record<Letter, number>
  keep_times_key: number
}

export const LETTER_MOOD: Record<Letter, Mood> = { A: 'fine', B: 'info', C: 'look', D: 'wrong' }
export const STAFFING: Staffing[] = ['auto', 'on', 'off']

export const readWall = () => api.get<Wall>('/desk/patrol')
export const readLooks = () => api.get<Look[]>('/desk/patrol/looks')
export const readStandings = () => api.get<Standing[]>('/desk/grades')
export const readFormula = () => api.get<Formula>('/grading')
export const readPatrollers = () => api.get<{ id: number; name: string }[]>('/desk/patrollers')

const BEAT_MS = 20_000
const TOUCHED_WITHIN_MS = 10 * 60_000
const AWAY_AT_MOST_MS = 5 * 60_000

/** Whether this window is on duty. It goes on beating on other pages of the desk. */
export const onDuty = ref(false)
let timer = 0
let touchedAt = 0
let seenAt = 0

/** Somebody touched the page lately, and it is in front or was until a moment ago. */
export function isSomebodyThere(now: number, touched: number, seen: number): boolean {
  return now - touched < TOUCHED_WITHIN_MS && now - seen < AWAY_AT_MOST_MS
}
function touch(): void {
  touchedAt = Date.now()
}
async function turn(): Promise<void> {
  const now = Date.now()
  if (!document.hidden) seenAt = now
  if (!isSomebodyThere(now, touchedAt, seenAt)) return
  try {
    await api.post('/desk/patrol/beat')
  } catch {
    // The next turn tries again; the wall shows who was not heard of.
  }
}

/** Goes on duty, or stays there after the page was loaded anew. */
export async function goOnDuty(): Promise<void> {
  await api.post('/desk/patrol/beat')
  seenAt = Date.now()
  touch()
  if (timer) return
  for (const kind of ['pointerdown', 'keydown', 'wheel']) window.addEventListener(kind, touch, { passive: true })
  timer = window.setInterval(() => void turn(), BEAT_MS)
  onDuty.value = true
}

export async function goOffDuty(): Promise<void> {
  for (const kind of ['pointerdown', 'keydown', 'wheel']) window.removeEventListener(kind, touch)
  window.clearInterval(timer)
  timer = 0
  onDuty.value = false
  await api.post('/desk/patrol/leave')
}

/** Whether a room has a picture: live, or off. */
export async function readPicture(at: string): Promise<string> {
  try {
    const answer = await fetch(`${at}/state.json`, { cache: 'no-store' })
    return answer.ok ? ((await answer.json()) as { state: string }).state : 'off'
  } catch {
    return 'off'
  }
}
