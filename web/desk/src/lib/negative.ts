/** The negative list: what ships, what the shop added, and what was held against it. */

import { api } from '../api'

export interface Kind {
  id: string
  title_zh: string
  title_en: string
}

export interface Entry {
  id: string
  kind: string
  title_zh: string
  title_en: string
  categories: string[]
  words: string[]
  unless: string[]
  outside: string[]
  law: string
  article: string
  basis: string
  note_zh: string
  note_en: string
  chosen: boolean
  own: boolean
}

export interface NegativeList {
  version: string
  number: number
  kinds: Kind[]
  entries: Entry[]
  versions: { number: number; entries: number; made_at: string; made_by: string }[]
}

export interface Judgement {
  id: number
  subject_kind: string
  subject_id: number
  title: string
  step: string
  list_version: string
  entry: string
  matched: string
  at: string
}

export interface Draft {
  id: string
  kind: string
  title_zh: string
  title_en: string
  categories: string
  words: string
  unless: string
  basis: string
}

export const readList = () => api.get<NegativeList>('/desk/negative-list')
export const readJudgements = () => api.get<Judgement[]>('/desk/negative-list/judgements')

export const newDraft = (): Draft => ({ id: '', kind: 'live', title_zh: '', title_en: '', categories: '', words: '', unless: '', basis: '' })

const joined = (words: string[]) => words.join('\n')
/** Words as they are typed: one a line, or with commas. */
export const split = (text: string) => text.split(/[\n,，、]/).map((word) => word.trim()).filter(Boolean)

export const draftOf = (one: Entry): Draft => ({
  id: one.id, kind: one.kind, title_zh: one.title_zh, title_en: one.title_en, basis: one.basis,
  categories: joined(one.categories), words: joined(one.words), unless: joined(one.unless),
})

export const isWhole = (one: Draft) =>
  Boolean(one.title_zh.trim() && one.basis.trim() && (split(one.categories).length || split(one.words).length))

export const saveList = (drafts: Draft[], number: number) =>
  api.put('/desk/negative-list', {
    number,
    entries: drafts.map((one) => ({ ...one, categories: split(one.categories), words: split(one.words), unless: split(one.unless) })),
  })
