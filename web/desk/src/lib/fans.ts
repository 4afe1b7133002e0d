/** Fan tiers (粉丝等级) of the shop at the desk. */

import { api } from '../api'
import type { Terms } from './promos'

export const TIERS_MAX = 5
export const SOURCES = ['follow', 'watch', 'order'] as const

export interface FanPlan {
  version: number
  set_at: string
  tiers: { place: number; name: string; points: number; members: number }[]
  follow_points: number
  minute_points: number
  minutes_max: number
  yuan_points: number
}

export interface FanRight {
  place: number
  kind: 'price' | 'gift' | 'coupon' | 'early'
  title_zh: string
  title_en: string
  terms: Terms | null
  link_no: number | null
  early_s: number
  starts_at: string
  ends_at: string
}

export interface FanMember {
  viewer_id: number
  name: string
  place: number
  points: number
  given: number
  since: string
}

export interface FanAudit {
  viewer_id: number
  name: string
  fan: { place: number; name: string; points: number; earned: number; given: number }
  moves: { before: number; after: number; why: string; reason: string; points: number; version: number; by: string; at: string }[]
  deeds: { source: string; about: string; amount: number; points: number; version: number; at: string }[]
}

export interface FanUse {
  use_id: number
  promotion_id: number
  title: string
  off_fen: number
  state: string
  needs: number
  place: number
  name: string
  version: number
  used_at: string
}

/** One unit of a link for a tier and those above; `of_fen` is the link's price it was made from. */
export interface TierPrice {
  link_no: number
  place: number
  name: string
  of_fen: number
  price_fen: number
}

export const readTierPrices = (show: number) => api.get<TierPrice[]>(`/desk/shows/${show}/fan-prices`)
export const readFanPlan = () => api.get<{ plan: FanPlan | null }>('/desk/fans').then((answer) => answer.plan)
export const readFanRights = () => api.get<FanRight[]>('/desk/fans/rights')
/** `place`: a tier's, or '' for all of them. */
export const readFanMembers = (place: string, page: number) =>
  api.get<{ total: number; rows: FanMember[] }>(`/desk/fans/members?page=${page}${place && `&place=${place}`}`)
export const readFanAudit = (viewer: number) => api.get<FanAudit>(`/desk/fans/members/${viewer}`)
export const readFanUses = (viewer: number) => api.get<FanUse[]>(`/desk/fans/members/${viewer}/uses`)

export type FanTerms = Pick<FanPlan, 'follow_points' | 'minute_points' | 'minutes_max' | 'yuan_points'> & { tiers: { name: string; points: number }[] }

/** What the form begins with: the plan as it stands, or two tiers to start from. */
export function termsOf(plan: FanPlan | null, names: readonly [string, string]): FanTerms {
  if (!plan) return { tiers: [{ name: names[0], points: 100 }, { name: names[1], points: 1_000 }], follow_points: 10, minute_points: 1, minutes_max: 60, yuan_points: 1 }
  const { follow_points, minute_points, minutes_max, yuan_points, tiers } = plan
  return { follow_points, minute_points, minutes_max, yuan_points, tiers: tiers.map(({ name, points }) => ({ name, points })) }
}

type Say = (key: string, named?: Record<string, unknown>) => string

/** Whom a promotion is for, with the shop's own name of a tier. */
export function audienceText(audience: string, plan: FanPlan | null | undefined, t: Say): string {
  if (!audience.startsWith('tier')) return t(`promos.audience.${audience}`)
  const place = Number(audience.slice(4))
  const name = plan?.tiers[place - 1]?.name
  return name ? t('fans.audience', { n: place, name }) : t('fans.audienceNo', { n: place })
}
