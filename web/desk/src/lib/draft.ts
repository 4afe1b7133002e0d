/** A show while it is being planned: what the form holds and what the server takes. */

import type { Show } from './types'

export interface ShowDraft {
  title: string
  theme: string
  goal: string
  audience_card: string
  policy_text: string
  cover_url: string
  host_id: number | null
  /** An existing campaign's id, or the name of one to be made. */
  campaign: number | string | null
  starts_at: string
  planned_minutes: number
  seller_name: string
  seller_licence_no: string
  seller_address: string
  seller_contact: string
}

/** R-106 and the seller bar: without these a show is not ready. Title, host and start are needed to save. */
export const REQUIRED_FIELDS: readonly (keyof ShowDraft)[] = [
  'title', 'theme', 'goal', 'audience_card', 'policy_text', 'host_id', 'starts_at',
  'seller_name', 'seller_licence_no', 'seller_address', 'seller_contact',
]

const HOUR_MS = 3_600_000
const EVENING = 12

/** The next 20:00 in Shanghai that is at least an hour away, as an instant. */
export function nextEvening(now: number): string {
  const at = new Date(now)
  at.setUTCHours(EVENING, 0, 0, 0)
  while (at.getTime() < now + HOUR_MS) at.setUTCDate(at.getUTCDate() + 1)
  return at.toISOString()
}

const EIGHT_HOURS_MS = 8 * HOUR_MS

/** The wall clock of Shanghai for a date field, whatever zone the browser is in. */
export function wallClock(instant: string): string {
  return new Date(Date.parse(instant) + EIGHT_HOURS_MS).toISOString().slice(0, 19)
}

export function fromWallClock(text: string): string {
  return new Date(`${text}+08:00`).toISOString()
}

type Seller = Pick<ShowDraft, 'seller_name' | 'seller_licence_no' | 'seller_address' | 'seller_contact'>

/** A new show takes host and length from the last one, the seller from it or from the shop. */
export function emptyDraft(now: number, like?: Show, shop?: Seller): ShowDraft {
  return {
    title: '', theme: '', goal: '', audience_card: '', policy_text: '', cover_url: '',
    host_id: like?.host_id ?? null,
    campaign: like?.campaign_id ?? null,
    starts_at: nextEvening(now),
    planned_minutes: like?.planned_minutes ?? 120,
    seller_name: like?.seller_name || shop?.seller_name || '',
    seller_licence_no: like?.seller_licence_no || shop?.seller_licence_no || '',
    seller_address: like?.seller_address || shop?.seller_address || '',
    seller_contact: like?.seller_contact || shop?.seller_contact || '',
  }
}

export function draftOf(show: Show): ShowDraft {
  const { title, theme, goal, audience_card, policy_text, cover_url, host_id } = show
  return {
    title, theme, goal, audience_card, policy_text, cover_url, host_id,
    campaign: show.campaign_id,
    starts_at: show.starts_at,
    planned_minutes: show.planned_minutes,
    seller_name: show.seller_name,
    seller_licence_no: show.seller_licence_no,
    seller_address: show.seller_address,
    seller_contact: show.seller_contact,
  }
}

/** The body of POST and PATCH; the campaign's id is settled before. */
export function bodyOf(draft: ShowDraft, campaignId: number | null): Record<string, unknown> {
  const body: Record<string, unknown> = { ...draft, campaign_id: campaignId }
  delete body.campaign
  return { ...body, starts_at: new Date(draft.starts_at).toISOString() }
}
