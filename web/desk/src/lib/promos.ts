/** Promotions at the desk: their shapes, and the form that makes terms of plain answers. */

import { priceText } from '@kaibo/shared'
import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'

export type PromoState = 'draft' | 'running' | 'paused' | 'ended'
/** What the form offers; `exchange` is a coupon for one unit of chosen goods at a price, 0 being free. */
export type Kind = Benefit['type'] | 'exchange'
export type Stacking = 'price' | 'activity' | 'coupon' | 'platform' | 'payment'
export type Payer = 'shop' | 'platform' | 'host' | 'partner'
/** `packet`: portions of a red packet, which alone starts and ends it. */
export type Got = 'auto' | 'claim' | 'code' | 'packet'
export type Unlock = 'open' | 'drop' | 'watch' | 'keyword' | Promised
/** Coupons that come by themselves: what promises them says to whom and how many. */
export type Promised = 'invite' | 'prize'
export const UNLOCKS: readonly Unlock[] = ['open', 'drop', 'watch', 'keyword', 'invite', 'prize']

export interface Benefit {
  type: 'amount_off' | 'percent_off' | 'amount_off_each' | 'bundle_price' | 'unit_price' | 'cheapest_free' | 'gift'
  fen?: number
  bp?: number
  cap_fen?: number | null
  units?: number
  max_units?: number | null
  sku_id?: number
  value_fen?: number
}

export interface Condition {
  type: 'always' | 'fen' | 'units' | 'kinds'
  fen?: number
  units?: number
  kinds?: number
}

export interface Terms {
  title_zh: string
  title_en: string
  stacking: Stacking
  benefit: Benefit
  scope?: { type: 'everything' | 'skus' | 'tags'; ids?: number[]; tags?: string[] }
  condition?: Condition
  times_max?: number | null
  priority?: number
  payers?: { payer: Payer; bp: number }[]
}

export interface Promo {
  id: number
  show_id: number | null
  title: string
  stacking: Stacking
  terms: Terms
  state: PromoState
  starts_at: string
  ends_at: string
  got: Got
  audience: string
  uses_total: number | null
  per_buyer_max: number | null
  budget_fen: number | null
  uses_held: number
  uses_spent: number
  coupons_given: number
  coupons_promised: number
  /** What one is worth as a prize. */
  worth_fen: number | null
  off_fen: number
  coupon_lasts_s: number | null
  unlock: Unlock
  watch_minutes: number | null
  keyword: string
  claim_from: string | null
  claim_until: string | null
  gift_units: number | null
  gifts_left: number | null
}

export interface LowestPrice {
  sku_id: number
  sku: string
  title: string
  unit_price_fen: number
  floor_fen: number
  lowest_fen: number
  bound_fen: number
  verdict: 'below' | 'safe' | 'unproven'
  combination: { id: number; title_zh: string; title_en: string }[]
  basket: { sku_id: number; sku: string; units: number; unit_price_fen: number }[]
}

export interface Calendar {
  entries: { promotion: Promo; budget_left_fen: number | null; meets: number[] }[]
  prices: LowestPrice[]
}

export const PROMO_MOOD: Record<PromoState, Mood> = { draft: 'plain', running: 'sell', paused: 'look', ended: 'info' }
export const VERDICT_MOOD: Record<LowestPrice['verdict'], Mood> = { below: 'wrong', safe: 'fine', unproven: 'look' }
export const KINDS: readonly Kind[] = ['amount_off', 'percent_off', 'amount_off_each', 'unit_price', 'bundle_price', 'cheapest_free', 'gift', 'exchange']
export const AUDIENCES = ['everyone', 'new', 'returning', 'follower', 'fan', 'old_fan'] as const
export const PAYERS: readonly Payer[] = ['shop', 'platform', 'host', 'partner']

export const readPromos = () => api.get<Promo[]>('/desk/promotions')
export const readPromo = (id: number) => api.get<Promo>(`/desk/promotions/${id}`)
export const readCalendar = (days: number) => api.get<Calendar>(`/desk/promotions/calendar?days=${days}`)
/** How the shop's promotions are chosen for a basket. */
export type Choose = 'best' | 'priority'
export const readStacking = () => api.get<{ choose: Choose }>('/desk/promotions/stacking')
export const saveStacking = (choose: Choose) => api.put<{ choose: Choose }>('/desk/promotions/stacking', { choose })
export const stepPromo = (id: number, verb: string) => api.post<Promo>(`/desk/promotions/${id}/steps/${verb}`)

/** Coupons that viewers claim by themselves, and so perhaps only at a time. */
export const isTimed = (unlock: Unlock) => unlock === 'open' || unlock === 'watch' || unlock === 'keyword'
export const isPromise = (unlock: Unlock): unlock is Promised => unlock === 'invite' || unlock === 'prize'
/** Whether a promotion's coupons can be promised in a show: got that way, and not over. */
export const isPromised = (promo: Promo, unlock: Promised, show: number) =>
  promo.got === 'claim' && promo.unlock === unlock && (promo.state === 'running' || promo.state === 'draft') && (promo.show_id === null || promo.show_id === show)

/** What the form asks; amounts in fen, `percent` is what the buyer still pays (85 is 8.5折). */
export interface PromoForm {
  title_zh: string
  title_en: string
  kind: Kind
  fen: number | null
  percent: number
  cap_fen: number | null
  units: number
  /** A bundle of the chosen goods, one of each, instead of any units of them. */
  of_each: boolean
  asks: 'always' | 'fen' | 'units'
  least_fen: number | null
  least_units: number
  repeats: boolean
  sku_ids: number[]
  got: Got
  unlock: Unlock
  watch_minutes: number
  keyword: string
  show_id: number | null
  audience: string
  window: [string, string]
  /** When coupons can be claimed; null is as long as the promotion runs. */
  claims: [string, string] | null
  uses_total: number | null
  per_buyer_max: number | null
  budget_fen: number | null
  lasts_h: number | null
  payer: Payer
  payer_percent: number
  /** With which it adds up; null is what its kind suggests. */
  stacking: Stacking | null
  /** Its turn among those of its class, lower first; it counts where the shop uses a fixed order. */
  priority: number
  gift_sku: number | null
  gift_each: number
  gift_value_fen: number | null
  gift_units: number | null
}

const HOUR_MS = 3_600_000

/** A form for a promotion that runs from now for a week. */
export function newForm(now: number): PromoForm {
  const whole = Math.floor(now / 60_000) * 60_000
  return {
    title_zh: '', title_en: '', kind: 'amount_off', fen: null, percent: 90, cap_fen: null, units: 2, of_each: false,
    asks: 'always', least_fen: null, least_units: 2, repeats: false, sku_ids: [], got: 'auto', unlock: 'open', watch_minutes: 5, keyword: '',
    show_id: null, audience: 'everyone',
    window: [new Date(whole).toISOString(), new Date(whole + 168 * HOUR_MS).toISOString()],
    claims: null, uses_total: null, per_buyer_max: null, budget_fen: null, lasts_h: null, payer: 'shop', payer_percent: 100, stacking: null, priority: 0,
    gift_sku: null, gift_each: 1, gift_value_fen: null, gift_units: null,
  }
}

/** A coupon for one unit of chosen goods; the engine knows it as a unit price of one unit. */
export const isExchange = ({ benefit, stacking, scope }: Terms) =>
  benefit.type === 'unit_price' && benefit.max_units === 1 && stacking === 'coupon' && scope?.type === 'skus'

/** A gift is earned by the basket; an exchange is always a coupon. */
export function gotOf(form: PromoForm): Got {
  if (form.kind === 'gift') return 'auto'
  return form.kind === 'exchange' && form.got === 'auto' ? 'claim' : form.got
}

/** The form of a draft, so that it can be changed. */
export function formOf(promo: Promo): PromoForm {
  const { benefit, condition, scope, payers } = promo.terms
  const other = payers?.find((share) => share.payer !== 'shop')
  const form: PromoForm = {
    ...newForm(0),
    title_zh: promo.terms.title_zh, title_en: promo.terms.title_en,
    kind: isExchange(promo.terms) ? 'exchange' : benefit.type,
    fen: benefit.fen ?? null, percent: 100 - (benefit.bp ?? 1000) / 100, cap_fen: benefit.cap_fen ?? null,
    units: benefit.type === 'cheapest_free' || benefit.type === 'bundle_price' ? (condition?.units ?? 2) : 2,
    asks: condition?.type === 'fen' || condition?.type === 'units' ? condition.type : 'always',
    least_fen: condition?.fen ?? null, least_units: condition?.units ?? 2, repeats: promo.terms.times_max === null,
    sku_ids: scope?.ids ?? [], got: promo.got, unlock: promo.unlock, watch_minutes: promo.watch_minutes ?? 5, keyword: promo.keyword,
    show_id: promo.show_id, audience: promo.audience, window: [promo.starts_at, promo.ends_at],
    claims: isTimed(promo.unlock) && (promo.claim_from ?? promo.claim_until) ? [promo.claim_from ?? promo.starts_at, promo.claim_until ?? promo.ends_at] : null,
    uses_total: promo.uses_total, per_buyer_max: promo.per_buyer_max, budget_fen: promo.budget_fen,
    lasts_h: promo.coupon_lasts_s === null ? null : promo.coupon_lasts_s / 3600,
    payer: other?.payer ?? 'shop', payer_percent: other ? other.bp / 100 : 100,
    gift_sku: benefit.sku_id ?? null, gift_each: benefit.type === 'gift' ? (benefit.units ?? 1) : 1,
    gift_value_fen: benefit.value_fen ?? null, gift_units: promo.gift_units,
    of_each: condition?.type === 'kinds', priority: promo.terms.priority ?? 0,
  }
  return { ...form, stacking: promo.terms.stacking === stackingOf(form) ? null : promo.terms.stacking }
}

/** Bundles and free units count their own units; the other kinds ask for an amount or a number. */
export const countsUnits = (kind: Kind) => kind === 'bundle_price' || kind === 'cheapest_free'

/** One of each of the chosen goods for a price (套装). */
export const isSet = (form: PromoForm) => form.kind === 'bundle_price' && form.of_each

/** Classes that the form can put a promotion into; a coupon is one, and so is a platform's. */
export const stackingsOf = (form: PromoForm): readonly Stacking[] =>
  form.kind === 'exchange' ? ['coupon'] : gotOf(form) !== 'auto' ? ['coupon', 'platform', 'payment'] : ['price', 'activity', 'platform', 'payment']

export function stackingOf(form: PromoForm): Stacking {
  if (form.stacking !== null && stackingsOf(form).includes(form.stacking)) return form.stacking
  if (gotOf(form) !== 'auto') return 'coupon'
  return form.kind === 'unit_price' ? 'price' : 'activity'
}

function benefitOf(form: PromoForm): Benefit {
  switch (form.kind) {
    case 'percent_off':
      return { type: 'percent_off', bp: Math.round((100 - form.percent) * 100), cap_fen: form.cap_fen }
    case 'cheapest_free':
      return { type: 'cheapest_free', units: 1 }
    case 'gift':
      return { type: 'gift', sku_id: form.gift_sku ?? 0, units: form.gift_each, value_fen: form.gift_value_fen ?? 0 }
    case 'exchange':
      return { type: 'unit_price', fen: form.fen ?? 0, max_units: 1 }
    default:
      return { type: form.kind, fen: form.fen ?? 0 }
  }
}

function conditionOf(form: PromoForm): Condition {
  if (isSet(form)) return { type: 'kinds', kinds: form.sku_ids.length }
  if (countsUnits(form.kind)) return { type: 'units', units: form.units }
  if (form.asks === 'fen') return { type: 'fen', fen: form.least_fen ?? 0 }
  return form.asks === 'units' ? { type: 'units', units: form.least_units } : { type: 'always' }
}

export function termsOf(form: PromoForm): Terms {
  const share = Math.round(form.payer_percent * 100)
  const payers =
    form.payer === 'shop' || share >= 10_000
      ? [{ payer: form.payer, bp: 10_000 }]
      : [{ payer: form.payer, bp: share }, { payer: 'shop' as const, bp: 10_000 - share }]
  return {
    title_zh: form.title_zh.trim(),
    title_en: form.title_en.trim() || form.title_zh.trim(),
    stacking: stackingOf(form),
    benefit: benefitOf(form),
    scope: form.sku_ids.length ? { type: 'skus', ids: form.sku_ids } : { type: 'everything' },
    condition: conditionOf(form),
    times_max: form.repeats || countsUnits(form.kind) ? null : 1,
    priority: form.priority,
    payers,
  }
}

/** What the API takes, but for the request key. */
export function bodyOf(form: PromoForm): Record<string, unknown> {
  const got = gotOf(form)
  const claimed = got !== 'auto'
  const unlock = got === 'claim' ? form.unlock : 'open'
  const comesByItself = isPromise(unlock)
  return {
    terms: termsOf(form),
    starts_at: form.window[0],
    ends_at: form.window[1],
    show_id: form.show_id,
    got,
    audience: comesByItself ? 'everyone' : form.audience,
    uses_total: form.uses_total,
    per_buyer_max: comesByItself ? null : form.per_buyer_max,
    budget_fen: form.budget_fen,
    coupon_lasts_s: claimed && form.lasts_h ? Math.round(form.lasts_h * 3600) : null,
    unlock,
    watch_minutes: unlock === 'watch' ? form.watch_minutes : null,
    keyword: unlock === 'keyword' ? form.keyword.trim() : '',
    claim_from: got === 'claim' && isTimed(unlock) ? (form.claims?.[0] ?? null) : null,
    claim_until: got === 'claim' && isTimed(unlock) ? (form.claims?.[1] ?? null) : null,
    gift_units: form.kind === 'gift' ? form.gift_units : null,
  }
}

type Say = (key: string, named?: Record<string, unknown>) => string

/** What a promotion gives and asks for, in a few words: `满 ¥100 减 ¥10`. */
export function termsText(terms: Terms, t: Say): string {
  const { benefit, condition, times_max } = terms
  const named = {
    amount: priceText(benefit.fen ?? 0),
    percent: 100 - (benefit.bp ?? 0) / 100,
    fold: String(10 - (benefit.bp ?? 0) / 1000),
    units: condition?.units ?? condition?.kinds ?? 1,
    free: benefit.units ?? 1,
  }
  const isOfEach = benefit.type === 'bundle_price' && condition?.type === 'kinds'
  const kind = isOfEach ? 'set_price' : !isExchange(terms) ? benefit.type : benefit.fen ? 'exchange' : 'exchange_free'
  const gives = t(`promos.gives.${kind}`, named)
  const cap = benefit.cap_fen ? t('promos.gives.cap', { amount: priceText(benefit.cap_fen) }) : ''
  const counted = benefit.type === 'bundle_price' || benefit.type === 'cheapest_free'
  if (counted || !condition || condition.type === 'always') return gives + cap
  const asks = condition.type === 'fen' ? priceText(condition.fen ?? 0) : String(condition.units ?? condition.kinds ?? 0)
  return t(times_max === null ? `promos.eachOf.${condition.type}` : `promos.asksOf.${condition.type}`, { least: asks, gives: gives + cap })
}
