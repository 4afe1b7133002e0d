/** Invitations (邀请有礼) of this room: terms, one's own link and progress, and the link one came by. */

import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '../api'
import type { InviteCard } from '../types'

export const useInvites = defineStore('invites', () => {
  const list = ref<InviteCard[]>([])
  /** The one that is on or comes next. */
  const running = computed(() => list.value.find((one) => one.state !== 'finished') ?? null)

  async function refresh(): Promise<boolean> {
    try {
      list.value = await api.get<InviteCard[]>('/my/invites')
      return true
    } catch {
      return false
    }
  }
  /** The code of one's own link; the same one again. */
  async function link(id: number): Promise<string> {
    const { code } = await api.post<{ code: string }>(`/my/invites/${id}/link`)
    await refresh()
    return code
  }
  /** Came by somebody's link; null when it leads nowhere any more. */
  async function accept(code: string): Promise<InviteCard['invited'] | null> {
    try {
      const { state } = await api.post<{ state: InviteCard['invited'] }>('/my/invites/accept', { code })
      await refresh()
      return state
    } catch {
      return null
    }
  }
  function clear(): void {
    list.value = []
  }
  return { list, running, refresh, link, accept, clear }
})
