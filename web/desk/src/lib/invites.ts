/** Invitations (邀请有礼) of a show at the desk. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'

export type InviteState = 'draft' | 'published' | 'open' | 'finished' | 'cancelled'
export type InviteeState = 'pending' | 'counted' | 'uncounted' | 'refused'
export type Reason = 'own' | 'barred' | 'already' | 'not_new' | 'same_device' | 'address_full'
export const TASKS = ['watch', 'follow', 'order'] as const
export const NEWCOMERS = ['visitor', 'buyer'] as const
export const INVITEE_STATES: readonly InviteeState[] = ['counted', 'pending', 'refused', 'uncounted']
export const REASONS: readonly Reason[] = ['own', 'same_device', 'address_full', 'already', 'not_new', 'barred']

export interface InviteTerms {
  title: string
  task: '' | (typeof TASKS)[number]
  watch_minutes: number | null
  newcomer: '' | (typeof NEWCOMERS)[number]
  invitees_per_reward: number | null
  rewards_per_inviter: number | null
  rewards_total: number | null
  per_address: number
  promotion_id: number | null
  opens_at: string | null
  closes_at: string | null
  organiser: string
}

export interface Invite {
  id: number
  state: InviteState
  terms: InviteTerms
  /** The title of the coupon; empty in a draft. */
  reward: string
  budget_fen: number | null
  inviters: number
  states: Partial<Record<InviteeState, number>>
  refused: Partial<Record<Reason, number>>
  rewards: number
  owed: number
}

export interface Invitee {
  id: number
  inviter: string
  invitee: string
  state: InviteeState
  reason: Reason | ''
  order_no: string
  joined_at: string
  done_at: string | null
}

export interface InviteePage {
  items: Invitee[]
  pages: number
  states: Partial<Record<InviteeState, number>>
}

export interface BoardRow {
  place: number
  name: string
  counted: number
  rewards: number
}

export const INVITE_MOOD: Record<InviteState, Mood> = { draft: 'plain', published: 'look', open: 'sell', finished: 'fine', cancelled: 'plain' }
export const INVITEE_MOOD: Record<InviteeState, Mood> = { pending: 'look', counted: 'fine', uncounted: 'plain', refused: 'wrong' }

export const readInvites = (show: number) => api.get<Invite[]>(`/desk/shows/${show}/invites`)
export const stepInvite = (id: number, verb: string) => api.post<Invite>(`/desk/invites/${id}/${verb}`)
export const readBoard = (id: number) => api.get<BoardRow[]>(`/desk/invites/${id}/board`)

/** A query of what is filtered; '' is everything and is not said. */
export function filters(state: InviteeState | '', reason: Reason | ''): string {
  return new URLSearchParams([['state', state], ['reason', reason]].filter(([, value]) => value)).toString()
}
export const readInvitees = (id: number, state: InviteeState | '', reason: Reason | '', page: number) =>
  api.get<InviteePage>(`/desk/invites/${id}/invitees?page=${page}&${filters(state, reason)}`)

const MINUTE_MS = 60_000

/** Terms for a campaign that opens in a minute, for three days. */
export function newInvite(now: number, organiser: string): InviteTerms {
  const at = (minutes: number) => new Date(Math.floor(now / MINUTE_MS + minutes) * MINUTE_MS).toISOString()
  return {
    title: '', task: 'watch', watch_minutes: 5, newcomer: 'visitor', invitees_per_reward: 3, rewards_per_inviter: 3, rewards_total: 100,
    per_address: 3, promotion_id: null, opens_at: at(1), closes_at: at(1 + 3 * 1_440), organiser,
  }
}
