/** Group buys (拼团): groups of this show with a free seat, and those this viewer is in. */

import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '../api'
import type { GroupView } from '../types'

export const useGroups = defineStore('groups', () => {
  const toJoin = ref<GroupView[]>([])
  const byId = ref<Record<number, GroupView>>({})

  async function refresh(): Promise<void> {
    try {
      const [open, mine] = await Promise.all([
        api.get<GroupView[]>('/my/groups/open'),
        api.get<GroupView[]>('/my/groups'),
      ])
      toJoin.value = open.filter((group) => !group.members.some((one) => one.is_me))
      for (const group of [...open, ...mine]) byId.value[group.id] = group
    } catch {
      // Kept as they were; the next look tries again.
    }
  }
  /** A group that somebody shared; null when this show has none of this number. */
  async function find(id: number): Promise<GroupView | null> {
    try {
      const group = await api.get<GroupView>(`/my/groups/${id}`)
      byId.value[id] = group
      return group
    } catch {
      return null
    }
  }
  function clear(): void {
    toJoin.value = []
    byId.value = {}
  }
  return { toJoin, byId, refresh, find, clear }
})
