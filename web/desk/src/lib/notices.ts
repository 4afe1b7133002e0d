/** Notices of rights holders and authorities, reports to the regulator, and their next steps. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'

interface Clock {
  id: number
  state: string
  due_at: string | null
  late_at: string | null
}

export interface Infringement extends Clock {
  show_id: number
  link_nos: number[]
  sku_ids: number[]
  goods: string
  right: string
  right_name: string
  right_no: string
  holder: string
  contact: string
  proof: string
  evidence: string
  received_at: string
  steps: string[]
  is_due_unknown: boolean
  reason: string
  taken_down: number
  forwarded_way: string
  seller: string
  statement: string
  delivered_way: string
  restore_at: string | null
  suit: string
  outcome: string
  unjust: string
  unjust_reason: string
  unjust_before: number
}

export interface Unreachable extends Clock {
  who: 'host' | 'operator'
  name: string
  authority: string
  order_no: string
  details: string
  received_at: string
  steps: string[]
  is_due_unknown: boolean
  reminded_way: string
  updated_how: string
  letter: string
}

export interface Filing extends Clock {
  finding_id: number
  show_id: number
  words: string
  law: string
  article: string
  note: string
  opened_at: string
  opened_by: number
  due_at: string
  authority: string
  receipt: string
  reason: string
}

export interface Notices {
  infringements: Infringement[]
  unreachables: Unreachable[]
  filings: Filing[]
  calendar_through: number
}

export type FieldKind = 'line' | 'text' | 'moment' | 'check' | 'unjust'
export interface Step {
  name: string
  path: string
  /** Permission it takes. */
  needs: 'notices.edit' | 'notices.decide'
  fields: readonly (readonly [name: string, kind: FieldKind])[]
  fixed?: object
  isMain?: boolean
}

const decide = 'notices.decide'
const edit = 'notices.edit'
const STEPS: Record<string, Step> = {
  accept: { name: 'accept', path: 'accept', needs: decide, fields: [['whole_product', 'check']], isMain: true },
  reject: { name: 'reject', path: 'reject', needs: decide, fields: [['reason', 'text']] },
  forward: { name: 'forward', path: 'forward', needs: edit, fields: [['way', 'line']], isMain: true },
  answer: { name: 'answer', path: 'answer', needs: edit, fields: [['seller', 'line'], ['statement', 'text']], isMain: true },
  deliver: { name: 'deliver', path: 'deliver', needs: edit, fields: [['way', 'line'], ['reached_at', 'moment']], isMain: true },
  sue: { name: 'sue', path: 'suit', needs: edit, fields: [['suit', 'text'], ['known_at', 'moment']] },
  concede: { name: 'concede', path: 'settle', needs: decide, fields: [['outcome', 'text']], fixed: { is_upheld: true } },
  uphold: { name: 'uphold', path: 'settle', needs: decide, fields: [['outcome', 'text']], fixed: { is_upheld: true } },
  clear: { name: 'clear', path: 'settle', needs: decide, fields: [['outcome', 'text']], fixed: { is_upheld: false } },
  withdraw: { name: 'withdraw', path: 'withdraw', needs: edit, fields: [['why', 'line']] },
  unjust: { name: 'unjust', path: 'unjust', needs: decide, fields: [['kind', 'unjust'], ['why', 'text']] },
  remind: { name: 'remind', path: 'remind', needs: edit, fields: [['way', 'line']], isMain: true },
  update: { name: 'update', path: 'update', needs: decide, fields: [['how', 'line']] },
  send: { name: 'send', path: 'send', needs: decide, fields: [['authority', 'line'], ['receipt', 'line']], isMain: true },
  drop: { name: 'drop', path: 'drop', needs: decide, fields: [['reason', 'line']] },
}
const DONE: readonly string[] = ['rejected', 'restored', 'withdrawn']

/** What may be done with one now; what happens by itself is no button. */
export function stepsOf(verbs: readonly string[]): Step[] {
  return verbs.flatMap((verb) => STEPS[verb] ?? [])
}
export const infringementSteps = (one: Infringement) => stepsOf([...one.steps, ...(DONE.includes(one.state) && !one.unjust ? ['unjust'] : [])])
export const filingSteps = (one: Filing, me: number | undefined) => (one.state === 'due' ? stepsOf(['send', ...(one.opened_by === me ? [] : ['drop'])]) : [])

const MOODS: Record<string, Mood> = {
  received: 'look', paused: 'look', answered: 'look', forwarded: 'info', waiting: 'info', contested: 'wrong', upheld: 'wrong', restored: 'fine',
  noticed: 'look', reminded: 'info', limited: 'wrong', updated: 'fine', due: 'look', filed: 'fine',
}
export const moodOf = (one: Clock): Mood => (one.late_at ? 'wrong' : MOODS[one.state] ?? 'plain')

export const readNotices = () => api.get<Notices>('/desk/notices')
