/** This viewer's flash-sale claims: in line, won with a deadline, or told why not. */

import { newKey, NoAnswer, type ClaimEvent, type SaleView } from '@kaibo/shared'
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '../api'
import type { ClaimView } from '../types'
import { useRoom } from './room'

export interface MyClaim {
  /** One key for one wish: pressing again after a break cannot claim twice. */
  key: string
  phase: 'in_line' | 'won' | 'ordered' | 'lost' | 'unknown'
  code: string
  message: string
  claimId: number | null
  units: number
  payBefore: string | null
  answeredAt: number
}

export const useClaims = defineStore('claims', () => {
  const bySale = ref<Record<number, MyClaim>>({})

  async function claim(sale: SaleView, units: number): Promise<MyClaim> {
    const room = useRoom()
    const before = bySale.value[sale.id]
    const key = before?.phase === 'unknown' || before?.phase === 'in_line' ? before.key : newKey()
    const mine: MyClaim = {
      key, phase: 'in_line', code: '', message: '', claimId: null, units, payBefore: null,
      answeredAt: 0,
    }
    bySale.value[sale.id] = mine
    try {
      const answer = await room.claim(sale.id, units, key)
      // "Try again" means the judge could not say: the same key finds out later.
      mine.phase = answer.ok ? 'won' : answer.code === 'try_again' ? 'unknown' : 'lost'
      mine.code = answer.code
      mine.message = answer.message ?? ''
      if (answer.data?.of === 'claim') {
        mine.claimId = answer.data.claim_id
        mine.payBefore = answer.data.pay_before
      }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      mine.phase = 'unknown'
    }
    mine.answeredAt = room.clock.now()
    bySale.value[sale.id] = { ...mine }
    return mine
  }

  function note(saleId: number, seen: Pick<ClaimView, 'id' | 'units' | 'state' | 'pay_before'>): void {
    const known = bySale.value[saleId]
    bySale.value[saleId] = {
      key: known?.key ?? newKey(),
      phase: seen.state === 'held' ? 'won' : seen.state === 'released' ? 'lost' : 'ordered',
      code: seen.state,
      message: '',
      claimId: seen.id,
      units: seen.units,
      payBefore: seen.pay_before,
      answeredAt: known?.answeredAt ?? useRoom().clock.now(),
    }
  }

  function apply(event: ClaimEvent): void {
    note(event.sale_id, {
      id: event.claim_id, units: event.units, state: event.state, pay_before: event.pay_before,
    })
  }

  async function refresh(showId: number): Promise<void> {
    try {
      const claims = await api.get<ClaimView[]>(`/my/claims?show=${showId}`)
      // The latest claim on a sale says how things stand.
      for (const claim of claims.sort((a, b) => a.id - b.id)) note(claim.sale_id, claim)
    } catch {
      // The socket tells of every change; this was only to learn what came before it.
    }
  }

  function clear(): void {
    bySale.value = {}
  }

  return { bySale, claim, apply, refresh, clear }
})
