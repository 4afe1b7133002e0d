/** Coupons: what this room offers, and what this viewer holds. */

import { newKey } from '@kaibo/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '../api'
import type { CouponOffer, CouponView } from '../types'

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
