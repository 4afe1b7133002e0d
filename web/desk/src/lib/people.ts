/** People who appear: their standing, their file, and the roster of a show. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'
import type { AgeState, IdentityState, VerifyMethod } from './types'

export const PARTS = ['host', 'guest', 'operator'] as const
export const DOCUMENTS = ['resident_id', 'hk_macau', 'taiwan', 'foreigner', 'passport'] as const
export const METHODS: VerifyMethod[] = ['document', 'in_person', 'provider']
export const AFFILIATIONS = ['employee', 'agency', 'self'] as const
export const RELATIONS = ['parent', 'grandparent', 'other'] as const
export type Part = (typeof PARTS)[number]
export type DocumentKind = (typeof DOCUMENTS)[number]
export type PaperKind = 'portrait' | 'consent' | 'affiliation' | 'agreement' | 'training'
export type Agreed = 'none' | 'signed' | 'grace' | 'unsigned'
export type Trained = 'none' | 'trained' | 'due' | 'expired' | 'untrained'
export type Checked = 'match' | 'mismatch' | 'unavailable' | 'missing' | 'old' | 'portrait_changed'

export interface Person {
  id: number
  part: Part
  name: string
  stage_name: string
  avatar_url: string
  person_id: number | null
  document: DocumentKind
  id_number_masked: string
  verified_at: string | null
  verification_method: VerifyMethod | ''
  verified_through: string | null
  identity: IdentityState
  days_left: number | null
  age: AgeState
  portrait_id: number | null
  affiliation: '' | (typeof AFFILIATIONS)[number]
  affiliation_name: string
  responsible_name: string
  agreement: Agreed
  training: Trained
  trained_through: string | null
}

export interface Paper {
  id: number
  kind: PaperKind
  added_at: string
}

export interface HostFile {
  host_id: number
  papers: Paper[]
  guardians: { id: number; name_masked: string; id_number_masked: string; relation: string; signed_on: string; paper_id: number }[]
  affiliations: {
    id: number
    kind: (typeof AFFILIATIONS)[number]
    party_name: string
    party_code: string
    responsible_name: string
    since_on: string
    until_on: string | null
    paper_id: number
  }[]
  proofs: { id: number; edition_id: number; kind: EditionKind; number: number; title: string; done_on: string; score: number; is_passed: boolean; paper_id: number | null }[]
}

export type EditionKind = 'agreement' | 'course'
export const EDITIONS: EditionKind[] = ['agreement', 'course']

export interface Edition {
  id: number
  kind: EditionKind
  number: number
  title: string
  text: string
  is_mandatory: boolean
  pass_score: number
  grace_days: number
  published_at: string
}

export interface IdentityTerms {
  reverify_months: number
  age_min: number
  training_months: number
  check_hours: number
}

export interface RosterPerson {
  part: Part
  is_planned: boolean
  person: Person
  checked: Checked
  check: { id: number; result: string; way: string; note: string; has_photo: boolean; at: string } | null
}

export interface Roster {
  show_id: number
  show_state: 'draft' | 'live' | 'ended'
  state: 'unsent' | 'sent' | 'stale'
  digest: string
  check_hours: number
  has_service: boolean
  people: RosterPerson[]
  sent: { number: number; digest: string; people: Record<string, string>[]; sent_to: string; receipt: string; sent_at: string }[]
}

export type OperatorState = 'missing' | 'unverified' | 'valid' | 'due' | 'expired' | 'licence_due' | 'licence_expired'

export interface Operator {
  state: OperatorState
  kind: '' | 'company' | 'person'
  name: string
  credit_code: string
  host_id: number | null
  address: string
  contact: string
  licence_expires_on: string | null
  has_licence: boolean
  verified_through: string | null
}

export const OPERATOR_MOOD: Record<OperatorState, Mood> = {
  missing: 'look', unverified: 'wrong', valid: 'fine', due: 'look', expired: 'wrong', licence_due: 'look', licence_expired: 'wrong',
}
export const IDENTITY_MOOD: Record<Person['identity'], Mood> = { valid: 'fine', due: 'look', expired: 'wrong', missing: 'wrong', refused: 'wrong' }
export const AGREED_MOOD: Record<Agreed, Mood> = { none: 'look', signed: 'fine', grace: 'look', unsigned: 'wrong' }
export const TRAINED_MOOD: Record<Trained, Mood> = { none: 'look', trained: 'fine', due: 'look', expired: 'wrong', untrained: 'wrong' }
export const CHECKED_MOOD: Record<Checked, Mood> = { match: 'fine', mismatch: 'wrong', unavailable: 'wrong', missing: 'look', old: 'look', portrait_changed: 'look' }
export const ROSTER_MOOD: Record<Roster['state'], Mood> = { unsent: 'look', sent: 'fine', stale: 'wrong' }

export const ageMood = (age: AgeState): Mood => (age === 'adult' ? 'fine' : age === 'with_guardian' ? 'look' : 'wrong')
export const affiliationMood = (one: Person): Mood => (one.affiliation && one.responsible_name ? 'fine' : 'wrong')

/** Whether somebody could not go on air today, whatever the show. */
export const isWrong = (one: Person): boolean =>
  [IDENTITY_MOOD[one.identity], ageMood(one.age), affiliationMood(one), AGREED_MOOD[one.agreement], TRAINED_MOOD[one.training]].includes('wrong')

/** Runs out within so many days, today included; what ran out is wrong, not due. */
export const isDue = (one: Person, days: number): boolean => one.days_left !== null && one.days_left >= 0 && one.days_left <= days

export const readPeople = () => api.get<Person[]>('/desk/hosts')
export const readPerson = (id: number) => api.get<Person>(`/desk/hosts/${id}`)
export const readFile = (id: number) => api.get<HostFile>(`/desk/hosts/${id}/file`)
export const readEditions = () => api.get<Edition[]>('/desk/editions')
export const readOperator = () => api.get<Operator>('/desk/operator')
export const readTerms = () => api.get<IdentityTerms>('/desk/identity-terms')
export const readRoster = (showId: number) => api.get<Roster>(`/desk/shows/${showId}/roster`)
export const paperUrl = (id: number) => `/api/desk/host-papers/${id}`
export const checkUrl = (id: number) => `/api/desk/roster-checks/${id}`
/** Today on the shop's clock. */
export const today = (): string => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())
/** Newest edition of a kind; the list comes newest first. */
export const newest = (editions: Edition[], kind: EditionKind): Edition | undefined => editions.find((one) => one.kind === kind)
export const PICTURES = 'image/jpeg,image/png,image/webp'
