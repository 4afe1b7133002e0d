/** Notices of rights holders: what is sent, and the words that come with their pages. */

import { Refused } from '@kaibo/shared'
import { useI18n } from 'vue-i18n'
import { api } from './api'
import messages from './locales/rights.json'
import { canProve, prove, type Challenge } from './proof'

export const useRightsWords = () => useI18n({ useScope: 'local', messages })

export const KINDS = ['trademark', 'copyright', 'patent', 'design', 'other'] as const
export const HOLDERS = ['company', 'person'] as const

export interface Draft {
  links: string
  right: (typeof KINDS)[number]
  right_name: string
  right_no: string
  holder_kind: (typeof HOLDERS)[number]
  holder: string
  contact: string
  proof: string
  evidence: string
  is_true: boolean
}

export interface PublicNotice {
  id: number
  goods: string
  right: (typeof KINDS)[number]
  right_name: string
  holder: string
  received_at: string
  statement: string
  state: string
  unjust: '' | 'mistaken' | 'malicious'
}

export interface OwnNotice {
  id: number
  goods: string
  right_name: string
  received_at: string
  state: string
  reason: string
  seller: string
  statement: string
  restore_at: string | null
  suit: string
  outcome: string
}

export const emptyDraft = (): Draft => ({
  links: '', right: 'trademark', right_name: '', right_no: '', holder_kind: 'company', holder: '', contact: '', proof: '', evidence: '', is_true: false,
})

/** The numbers in what was typed, each once. */
export const linksOf = (text: string): number[] => [...new Set((text.match(/\d+/g) ?? []).map(Number))].filter((no) => no > 0 && no <= 1_000_000)

/** Files a notice; where the operator asks for a proof of work the page computes one. */
export async function file(code: string, draft: Draft): Promise<{ id: number; code: string }> {
  const path = `/rooms/${encodeURIComponent(code)}/infringements`
  const body = { ...draft, links: linksOf(draft.links) }
  try {
    return await api.post(path, body)
  } catch (refused) {
    if (!(refused instanceof Refused) || refused.code !== 'proof_needed' || !canProve()) throw refused
    return await api.post(path, { ...body, proof_of_work: await prove(refused.data.challenge as Challenge) })
  }
}
