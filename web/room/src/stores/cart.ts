/** What this viewer put aside; the server keeps it and prices it anew each time. */

import { newKey, Refused, type OrderView } from '@kaibo/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '../api'
import type { Address, CartView } from '../types'
import { giftsShown, useOrders } from './orders'

const NOTHING: CartView = {
  lines: [], before_fen: 0, total_fen: 0, coupon_ids: [], suggested_coupon_ids: [], suggested_total_fen: 0, notes: [], gifts: [], protects_days: 0, shipments: [],
}

export const useCart = defineStore('cart', () => {
  const view = ref<CartView>(NOTHING)
  const count = computed(() => view.value.lines.reduce((sum, line) => sum + line.units, 0))
  /** Lines that can be had now; only these are ordered. */
  const ready = computed(() => view.value.lines.filter((line) => line.why === ''))
  let lastTry: { wish: string; key: string } | null = null

  /** Priced with the coupons chosen; none chosen is none used. */
  async function quote(couponIds: readonly number[] = view.value.coupon_ids): Promise<void> {
    view.value = await api.post<CartView>('/my/cart/quote', { coupon_ids: couponIds })
  }
  async function refresh(): Promise<void> {
    await quote()
    if (view.value.suggested_coupon_ids.length && view.value.coupon_ids.length === 0) await quote(view.value.suggested_coupon_ids)
  }
  async function put(linkNo: number, units: number): Promise<void> {
    await api.put<CartView>(`/my/cart/${linkNo}`, { units })
    await refresh()
  }
  async function remove(linkNo: number): Promise<void> {
    await api.delete<CartView>(`/my/cart/${linkNo}`)
    await refresh()
  }
  /** One more of what may lie there already. */
  function add(linkNo: number, units: number): Promise<void> {
    const there = view.value.lines.find((line) => line.link_no === linkNo)?.units ?? 0
    return put(linkNo, there + units)
  }

  /** The same wish keeps its key until the server has answered it, so it is one order. */
  async function checkout(address: Address, note = ''): Promise<OrderView> {
    const links = ready.value.map((line) => line.link_no)
    const { total_fen: total, coupon_ids: coupons } = view.value
    const gifts = giftsShown(view.value.gifts)
    const wish = JSON.stringify([links, total, coupons, gifts, address, note])
    if (lastTry?.wish !== wish) lastTry = { wish, key: newKey() }
    const { key } = lastTry
    try {
      const body = { request_key: key, links, address, expected_total_fen: total, coupon_ids: coupons, ...gifts, ...(note ? { note } : {}) }
      const order = await api.post<OrderView>('/my/cart/checkout', body, { key })
      lastTry = null
      useOrders().apply(order)
      await refresh()
      return order
    } catch (error) {
      if (error instanceof Refused && !error.isUnknown) lastTry = null
      throw error
    }
  }

  function clear(): void {
    view.value = NOTHING
    lastTry = null
  }

  return { view, count, ready, quote, refresh, put, remove, add, checkout, clear }
})
