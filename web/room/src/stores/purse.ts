/** Coupons: what this room offers, and what this viewer holds. */

import { newKey } from '@kaibo/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '../api'

/** What an exchange coupon is good for: one unit of these goods; `more` further ones are not named. */
export interface Exchange {
  fen: number
  goods: string[]
  more: number
}

export interface CouponOffer {
  promotion_id: number
  title_zh: string
  title_en: string
  audience_zh: string
  audience_en: string
  claim_from: string
  claim_until: string
  coupons_left: number | null
  per_buyer_max: number | null
  mine: number
  unlock: 'open' | 'drop' | 'watch' | 'keyword'
  watch_minutes: number | null
  watched_s: number
  /** Empty when it may be claimed now, else the reason's code. */
  refused: string
  exchange: Exchange | null
}

export interface CouponView {
  id: number
  promotion_id: number
  title_zh: string
  title_en: string
  state: 'open' | 'held' | 'used' | 'expired' | 'undone'
  good_from: string
  good_until: string
  exchange: Exchange | null
}

export const usePurse = defineStore('purse', () => {
  const offered = ref<CouponOffer[]>([])
  const mine = ref<CouponView[]>([])
  const open = computed(() => mine.value.filter((coupon) => coupon.state === 'open'))

  async function refresh(): Promise<boolean> {
    try {
      ;[offered.value, mine.value] = await Promise.all([
        api.get<CouponOffer[]>('/my/coupons/offered'),
        api.get<CouponView[]>('/my/coupons'),
      ])
      return true
    } catch {
      return false
    }
  }

  async function claim(promotionId: number, keyword = ''): Promise<void> {
    const key = newKey()
    await api.post<CouponView>('/my/coupons', { promotion_id: promotionId, request_key: key, ...(keyword ? { keyword } : {}) }, { key })
    await refresh()
  }

  async function redeem(code: string): Promise<void> {
    const key = newKey()
    await api.post<CouponView>('/my/coupons/redeem', { code, request_key: key }, { key })
    await refresh()
  }

  function clear(): void {
    offered.value = []
    mine.value = []
  }

  return { offered, mine, open, refresh, claim, redeem, clear }
})
