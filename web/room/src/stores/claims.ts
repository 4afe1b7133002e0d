/** This viewer's flash-sale claims: asked, waiting, won with a deadline, or told why not. */

import { newKey, NoAnswer, type Answer, type ClaimEvent, type SaleView } from '@kaibo/shared'
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '../api'
import type { ClaimView, PlaceView } from '../types'
import { useRoom } from './room'

export interface MyClaim {
  /** One key for one wish: pressing again after a break cannot claim twice. */
  key: string
  phase: 'in_line' | 'waiting' | 'won' | 'ordered' | 'lost' | 'unknown'
  /** Whether a place in the waitlist is wanted rather than a no. */
  wait: boolean
  /** The place as last told; 1 is next. */
  place: number | null
  code: string
  message: string
  claimId: number | null
  units: number
  payBefore: string | null
  answeredAt: number
}

export const useClaims = defineStore('claims', () => {
  const bySale = ref<Record<number, MyClaim>>({})
  /** How often a wait has ended with units. */
  const served = ref(0)

  async function claim(sale: SaleView, units: number, wait = false): Promise<MyClaim> {
    const room = useRoom()
    const before = bySale.value[sale.id]
    const isOpen = before && ['unknown', 'in_line', 'waiting'].includes(before.phase)
    const mine: MyClaim = { ...asking(units), wait }
    if (isOpen) Object.assign(mine, { key: before.key, wait: before.wait || wait })
    bySale.value[sale.id] = mine
    try {
      const answer = await room.claim(sale.id, units, mine.key, mine.wait)
      mine.phase = phaseOf(answer)
      mine.code = answer.code
      mine.message = answer.message ?? ''
      if (answer.data?.of === 'claim') {
        mine.place = answer.data.place
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
    if (known?.phase === 'waiting' && seen.state === 'held') served.value += 1
    bySale.value[saleId] = {
      key: known?.key ?? newKey(),
      wait: false,
      place: null,
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
      // The latest claim on a sale says how things stand, unless one waits for another.
      for (const claim of claims.sort((a, b) => a.id - b.id)) note(claim.sale_id, claim)
      const places = await api.get<PlaceView[]>(`/my/waiting?show=${showId}`)
      bySale.value = { ...withoutWaits(bySale.value), ...waitsIn(places, useRoom().clock.now()) }
    } catch {
      // The socket tells of every change; this was only to learn what came before it.
    }
  }

  /** Give the place in a sale's waitlist up. */
  async function leave(saleId: number): Promise<void> {
    await api.delete(`/my/waiting/${saleId}`)
    bySale.value = withoutWaits(bySale.value, saleId)
  }

  function clear(): void {
    bySale.value = {}
  }

  return { bySale, served, claim, apply, refresh, leave, clear }
})

const asking = (units: number): MyClaim => ({
  key: newKey(), phase: 'in_line', wait: false, place: null, code: '', message: '', claimId: null, units,
  payBefore: null, answeredAt: 0,
})

/** All but the waits: those of one sale, or every one. */
function withoutWaits(known: Record<number, MyClaim>, saleId?: number): Record<number, MyClaim> {
  const stays = ([id, mine]: [string, MyClaim]) =>
    mine.phase !== 'waiting' || (saleId !== undefined && Number(id) !== saleId)
  return Object.fromEntries(Object.entries(known).filter(stays))
}

const waitsIn = (places: PlaceView[], now: number): Record<number, MyClaim> =>
  Object.fromEntries(places.map(({ sale_id: saleId, units, place }) => [
    saleId, { ...asking(units), phase: 'waiting', wait: true, place, code: 'waiting', answeredAt: now } as const,
  ]))

function phaseOf({ code }: Answer): MyClaim['phase'] {
  if (code === 'won' || code === 'waiting') return code
  // "Try again" means the judge could not say: the same key finds out later.
  return code === 'try_again' ? 'unknown' : 'lost'
}
