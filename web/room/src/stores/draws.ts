/** Draws (福袋) of this room: their terms, this viewer's entry, and what was won. */

import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '../api'
import type { Address, AwardView, DrawCard } from '../types'

export const useDraws = defineStore('draws', () => {
  const list = ref<DrawCard[]>([])
  /** Draws that a viewer still waits for: published, open, or closed and not yet drawn. */
  const running = computed(() => list.value.filter((draw) => ['published', 'open', 'closed'].includes(draw.state)))
  const prizes = computed(() => list.value.filter((draw) => draw.award?.state === 'awarded').length)

  async function refresh(): Promise<boolean> {
    try {
      list.value = await api.get<DrawCard[]>('/my/draws')
      return true
    } catch {
      return false
    }
  }
  async function enter(id: number, keyword: string): Promise<void> {
    await api.post(`/my/draws/${id}/enter`, { keyword })
    await refresh()
  }
  async function claim(awardId: number, to: Address): Promise<void> {
    await api.post<AwardView>(`/my/awards/${awardId}/claim`, to)
    await refresh()
  }
  function clear(): void {
    list.value = []
  }
  return { list, running, prizes, refresh, enter, claim, clear }
})
