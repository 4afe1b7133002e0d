/** Draws (福袋) and red packets (红包) of this room: their terms, this viewer's part, what was won. */

import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '../api'
import { keepReceipt } from '../receipts'
import type { Address, AwardView, DrawCard, EntryView, PacketCard } from '../types'

export const useDraws = defineStore('draws', () => {
  const list = ref<DrawCard[]>([])
  const packets = ref<PacketCard[]>([])
  /** Draws that a viewer still waits for: published, open, or closed and not yet drawn. */
  const running = computed(() => list.value.filter((draw) => ['published', 'open', 'closed'].includes(draw.state)))
  const prizes = computed(() => list.value.filter((draw) => draw.award?.state === 'awarded').length)
  /** Draws whose result this page has shown. */
  const seen = ref(new Set<number>())
  /** A coupon won, which nobody has to claim: told until it was looked at. */
  const given = computed(() => list.value.find((draw) => draw.award?.state === 'given' && !seen.value.has(draw.id))?.award ?? null)

  /** The red packet that can be had, or that comes next. */
  const packet = computed(() => packets.value.find((one) => one.state === 'open' && !one.portion && one.left > 0) ?? packets.value.find((one) => one.state === 'published') ?? null)

  async function refresh(): Promise<boolean> {
    try {
      ;[list.value, packets.value] = await Promise.all([api.get<DrawCard[]>('/my/draws'), api.get<PacketCard[]>('/my/packets')])
      return true
    } catch {
      return false
    }
  }
  async function enter(id: number, keyword: string): Promise<void> {
    entered(id, await api.post<EntryView>(`/my/draws/${id}/enter`, { keyword }))
    await refresh()
  }
  /** What the server says of one's place is kept, for the proof page. */
  function entered(id: number, entry: EntryView): void {
    if (entry.place !== null) keepReceipt('draw', id, { place: entry.place, token: entry.token })
    const draw = list.value.find((one) => one.id === id)
    if (draw) draw.entry = entry
  }
  async function claim(awardId: number, to: Address): Promise<void> {
    const { name, phone, region, detail } = to
    await api.post<AwardView>(`/my/awards/${awardId}/claim`, { name, phone, region, detail })
    await refresh()
  }
  /** First come, first served; the same viewer gets the same portion again. */
  async function open(id: number): Promise<void> {
    const { place, token, fen } = await api.post<NonNullable<PacketCard['portion']>>(`/my/packets/${id}/claim`)
    keepReceipt('packet', id, { place, token, fen })
    await refresh()
  }
  /** The results stand on the page. */
  function look(): void {
    for (const draw of list.value) if (draw.award) seen.value.add(draw.id)
  }
  function clear(): void {
    list.value = []
    packets.value = []
  }
  return { list, packets, running, packet, prizes, given, look, refresh, enter, entered, claim, open, clear }
})
