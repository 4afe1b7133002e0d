/** Fan tiers (粉丝等级): the shop's, this viewer's, and what every tier has in this show. */

import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '../api'

export interface FanTier {
  place: number
  name: string
  points: number
}

export interface FanRight {
  place: number
  kind: 'price' | 'gift' | 'coupon' | 'early'
  title_zh: string
  title_en: string
  link_no: number | null
  early_s: number
  starts_at: string
  ends_at: string
}

/** One unit of a link for fans of a tier and above; `of_fen` is the link's price it was made from. */
export interface TierPrice {
  link_no: number
  place: number
  name: string
  of_fen: number
  everyone_fen: number
  price_fen: number
}

export interface FanCard {
  plan: { tiers: FanTier[]; follow_points: number; minute_points: number; minutes_max: number; yuan_points: number } | null
  me: { place: number; name: string; points: number; earned: number; given: number; needs: number | null }
  rights: FanRight[]
  prices: TierPrice[]
}

const WAIT_MS = 4_000

export const useFans = defineStore('fans', () => {
  const card = ref<FanCard | null>(null)
  const place = computed(() => card.value?.me.place ?? 0)
  let due: ReturnType<typeof setTimeout> | null = null

  async function refresh(): Promise<boolean> {
    try {
      card.value = await api.get<FanCard>('/my/fan')
      return true
    } catch {
      return false
    }
  }
  /** A price changed for everybody at once: they do not all ask in the same moment. */
  function refreshSoon(): void {
    due ??= setTimeout(() => {
      due = null
      void refresh()
    }, Math.random() * WAIT_MS)
  }
  /** What a link costs the tiers, made from the price it has now. */
  function pricesOf(linkNo: number, fen: number | null): TierPrice[] {
    return (card.value?.prices ?? []).filter((one) => one.link_no === linkNo && one.of_fen === fen)
  }
  function clear(): void {
    if (due !== null) clearTimeout(due)
    due = null
    card.value = null
  }
  return { card, place, refresh, refreshSoon, pricesOf, clear }
})
