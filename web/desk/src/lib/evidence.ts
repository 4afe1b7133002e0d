/** Evidence packs at the desk. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'

export type Version = 'consumer' | 'authority'

export interface Handed {
  person: string
  at: string
}

/** `state` is `ready` once there is a file; `fault` says why there will be none. */
export interface Pack {
  id: number
  pack_id: string
  subject_kind: 'order' | 'show'
  subject_id: string
  version: Version
  reason: string
  recipient: string
  asked_by_name: string
  asked_at: string
  state: string
  items: number
  byte_count: number
  sha256: string
  fault: string
  downloads: Handed[]
}

export interface NewPack {
  subject_kind: 'order' | 'show'
  subject_id: string
  version: Version
  reason: string
  recipient: string
}

export interface Hold {
  id: number
  placed_reason: string
  placed_at: string
  lifted_at: string | null
  lifted_reason: string
}

export interface Deletion {
  id: number
  state: 'asked' | 'confirmed' | 'refused' | 'done'
  reason: string
  asked_by: number
  asked_at: string
  decided_at: string | null
  done_at: string | null
  sha256: string
}

/** `until` is null while something that the time counts from has not come. */
export interface Keeping {
  until: string | null
  code: string
  codes: string[]
  open_trades: number
  holds: Hold[]
  deletions: Deletion[]
}

export const DELETION_MOOD: Record<Deletion['state'], Mood> = { asked: 'look', confirmed: 'wrong', refused: 'plain', done: 'info' }
export const readKeeping = (show: number) => api.get<Keeping>(`/desk/shows/${show}/keeping`)
export const readPacks = () => api.get<Pack[]>('/desk/exports')
export const askPack = (pack: NewPack) => api.post<Pack>('/desk/exports', pack)
/** Addresses, not calls: a pack may have gigabytes, which the browser writes to its disk. */
export const packUrl = (pack: Pack) => `/api/desk/exports/${pack.id}/pack`
export const sheetUrl = (pack: Pack) => `/api/desk/exports/${pack.id}/custody`

export type Stage = 'ready' | 'failed' | 'other'
export const stageOf = ({ state }: Pack): Stage => (state === 'ready' || state === 'failed' ? state : 'other')
export const STAGE_MOOD: Record<Stage, Mood> = { ready: 'fine', failed: 'wrong', other: 'look' }
