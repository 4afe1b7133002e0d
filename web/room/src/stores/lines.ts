/** This viewer's places in the lines for sold-out links: read, told by the socket, read again. */

import type { PlaceEvent } from '@kaibo/shared'
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '../api'
import { useClaims } from './claims'

/** A place in the line for a sold-out link: `place` 1 is next, null once a unit is kept. */
export interface LinkPlace {
  link_no: number
  title: string
  state: 'waiting' | 'kept'
  place: number | null
  joined_at: string
  pay_before: string | null
}

export const useLines = defineStore('lines', () => {
  const byLink = ref<Record<number, LinkPlace>>({})

  async function refresh(): Promise<void> {
    try {
      byLink.value = Object.fromEntries((await api.get<LinkPlace[]>('/my/line')).map((one) => [one.link_no, one]))
    } catch {
      // Kept as it was; the next word or connection reads again.
    }
  }

  /** A place moved on; where it stands now is read. */
  function hear(event: PlaceEvent): void {
    if (event.state === 'kept') useClaims().served += 1
    void refresh()
  }

  async function join(linkNo: number): Promise<LinkPlace> {
    const mine = await api.post<LinkPlace>(`/my/line/${linkNo}`)
    byLink.value = { ...byLink.value, [linkNo]: mine }
    return mine
  }

  async function leave(linkNo: number): Promise<void> {
    await api.delete(`/my/line/${linkNo}`)
    await refresh()
  }

  function clear(): void {
    byLink.value = {}
  }

  return { byLink, refresh, hear, join, leave, clear }
})
