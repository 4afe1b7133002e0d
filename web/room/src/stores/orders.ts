/** This viewer's orders. The socket pushes every change; a read fills what was missed. */

import { dateTimeText, newKey, Refused, type OrderView } from '@kaibo/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '../api'
import { i18n } from '../i18n'
import { say } from '../toast'
import type { Address, GiftView, Purchase, QuoteView, Way } from '../types'

/** Where to pay: a page to go to, one to show in a frame, or the text of a code with its picture. */
export interface PayPage {
  pay_url: string
  kind: 'page' | 'frame' | 'code'
  picture: string | null
}

interface Try {
  wish: string
  key: string
}

/** What a line costs now with the shop's promotions and this viewer's best coupons. */
export function quoteLine(purchase: Purchase, units: number): Promise<QuoteView> {
  const { claim, linkNo, way, unitPriceFen } = purchase
  // Their prices were told before; no promotion changes them.
  if (way.kind === 'presale' || way.kind === 'won') {
    const sum = unitPriceFen * units
    return Promise.resolve({ before_fen: sum, total_fen: sum, coupon_ids: [], notes: [], gifts: [], protects_days: 0 })
  }
  const line = claim ? { claim_id: claim.id } : way.kind === 'group' ? { group_offer_id: way.offerId, group_id: way.groupId } : { link_no: linkNo }
  return api.post<QuoteView>('/my/quote', { ...line, units })
}

/** The gifts on screen, units by SKU: an order that would get fewer is refused before it is paid. */
export function giftsShown(gifts: readonly GiftView[]): { gifts_shown?: Record<number, number> } {
  const units: Record<number, number> = {}
  for (const gift of gifts) units[gift.sku_id] = (units[gift.sku_id] ?? 0) + gift.units
  return gifts.length ? { gifts_shown: units } : {}
}

/** What an order names beside its line: the group it opens or joins, the terms that were shown, what was won. */
function asked(way: Way): object {
  if (way.kind === 'group') return { group: { group_offer_id: way.offerId, group_id: way.groupId } }
  if (way.kind === 'alone') return {}
  if (way.kind === 'won') return { auction: { win_id: way.win.id } }
  const { id, deposit_fen, late_rule, refund_deadline_days } = way.terms
  return { presale: { presale_offer_id: id, deposit_fen, late_rule, refund_deadline_days } }
}

/** What is to be paid now: all of it, or one of a presale's two parts. */
export function dueFen(order: OrderView): number {
  if (!order.presale) return order.total_fen
  return order.presale.state === 'placed' ? order.presale.deposit_fen : order.presale.balance_fen
}

/** Changes whenever money arrived: a deposit leaves the order itself as it was. */
export const stageOf = (order: OrderView) => `${order.state} ${order.presale?.state ?? ''}`

/** Where one may pay; the first is taken if nothing is chosen. */
const providers = () => api.get<string[]>('/my/providers')

export const useOrders = defineStore('orders', () => {
  const byNo = ref<Record<string, OrderView>>({})
  const list = computed(() =>
    Object.values(byNo.value).sort((a, b) => b.placed_at.localeCompare(a.placed_at)),
  )
  const unpaid = computed(() => list.value.filter((order) => order.state === 'created').length)
  let lastTry: Try | null = null

  function apply(order: OrderView): void {
    byNo.value[order.no] = order
  }

  async function refresh(): Promise<boolean> {
    try {
      for (const order of await api.get<OrderView[]>('/my/orders')) apply(order)
      return true
    } catch {
      return false
    }
  }

  async function fetchOne(no: string): Promise<void> {
    try {
      apply(await api.get<OrderView>(`/my/orders/${encodeURIComponent(no)}`))
    } catch {
      // Kept as it was; the next push or poll tries again.
    }
  }

  /** The same wish keeps its key until the server has answered it, so it is one order. */
  async function place(purchase: Purchase, units: number, address: Address, quote: QuoteView, note = ''): Promise<OrderView> {
    const { claim, linkNo, way } = purchase
    const { total_fen: total, coupon_ids: coupons } = quote
    const wish = JSON.stringify([claim?.id ?? linkNo, asked(way), units, total, coupons, giftsShown(quote.gifts), address, note])
    if (lastTry?.wish !== wish) lastTry = { wish, key: newKey() }
    const { key } = lastTry
    try {
      const order = await api.post<OrderView>(
        '/my/orders',
        {
          request_key: key,
          ...(claim ? { claim_id: claim.id } : { link_no: linkNo }),
          ...asked(way),
          units,
          address,
          ...(note ? { note } : {}),
          ...(way.kind === 'presale' ? {} : { coupon_ids: coupons, ...giftsShown(quote.gifts) }),
          expected_total_fen: total,
        },
        { key },
      )
      lastTry = null
      apply(order)
      return order
    } catch (error) {
      if (error instanceof Refused && !error.isUnknown) lastTry = null
      throw error
    }
  }

  /** By a code where there is a mouse: the phone in the hand reads it. Else a page that comes back. */
  function payPage(no: string, provider: string): Promise<PayPage> {
    const by = window.matchMedia('(hover: hover) and (pointer: fine)').matches ? 'qr' : 'page'
    const query = new URLSearchParams({ provider, by, back: window.location.pathname })
    return api.post<PayPage>(`/my/orders/${encodeURIComponent(no)}/pay?${query.toString()}`)
  }

  async function cancel(no: string): Promise<void> {
    apply(await api.post<OrderView>(`/my/orders/${encodeURIComponent(no)}/cancel`))
  }

  async function refund(no: string, reason: string): Promise<void> {
    apply(await api.post<OrderView>(`/my/orders/${encodeURIComponent(no)}/refund`, { reason }))
  }

  function clear(): void {
    byNo.value = {}
    lastTry = null
  }

  return { byNo, list, unpaid, apply, refresh, fetchOne, place, providers, payPage, cancel, refund, clear }
})

/** A change while one looks: that the time for a balance is nearly over is said aloud, once. */
export function hearOrder(order: OrderView): void {
  const orders = useOrders()
  const isNew = order.presale?.reminded_at && !orders.byNo[order.no]?.presale?.reminded_at
  orders.apply(order)
  if (isNew && order.presale?.state === 'deposited') {
    say(i18n.global.t('orders.balance_due', { no: order.no, at: dateTimeText(order.presale.balance_closes_at) }))
  }
}
