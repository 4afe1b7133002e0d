/** The papers of a product, and what its category needs. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'

export type Verdict = '' | 'accepted' | 'refused'

export interface Paper {
  id: number
  kind: string
  kind_zh: string
  kind_en: string
  number: string
  issuer: string
  valid_from: string
  valid_to: string | null
  price_fen: number | null
  sku_id: number
  verdict: Verdict
  reason: string
  added_by: string
}

export interface Need {
  title_zh: string
  title_en: string
  kinds: string[]
  kinds_zh: string
  kinds_en: string
  law: string
  article: string
  met: boolean
}

export interface Papers {
  version: string
  needs: Need[]
  papers: Paper[]
}

export interface Kind {
  code: string
  title_zh: string
  title_en: string
  example: string
  has_price: boolean
  days_max: number
}

export interface PaperDraft {
  kind: string
  number: string
  issuer: string
  valid_from: string
  valid_to: string | null
  price_fen: number | null
  sku_id: number
}

export const VERDICT_MOOD: Record<Verdict, Mood> = { '': 'look', accepted: 'fine', refused: 'wrong' }

export const readPapers = (productId: number) => api.get<Papers>(`/desk/products/${productId}/papers`)
export const readKinds = () => api.get<Kind[]>('/desk/paper-kinds')

/** An empty paper, of a kind that is still missing where there is one. */
export function emptyPaper(papers: Papers | null): PaperDraft {
  const lacking = papers?.needs.find((need) => !need.met)
  return { kind: lacking?.kinds[0] ?? '', number: '', issuer: '', valid_from: '', valid_to: null, price_fen: null, sku_id: 0 }
}

export const isWhole = (draft: PaperDraft, kind?: Kind) =>
  Boolean(draft.kind && draft.number.trim() && draft.issuer.trim() && draft.valid_from)
  && (!kind?.has_price || draft.price_fen !== null) && (!kind?.days_max || draft.valid_to !== null)
