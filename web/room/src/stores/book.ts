/** This buyer's address book on the server, and the address that the next order takes. */

import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '../api'
import type { Address, SavedAddress } from '../types'

export const useBook = defineStore('book', () => {
  const list = ref<SavedAddress[]>([])
  const chosen = ref<Address | null>(null)

  /** One address in full; lists have them masked. */
  async function read(id: number): Promise<Address> {
    const { name, phone, region, detail, region_code, postcode } = await api.get<Address>(`/my/addresses/${id}`)
    return { name, phone, region, detail, region_code, postcode }
  }
  /** Until this buyer chose, the first choice is taken. */
  async function refresh(): Promise<void> {
    try {
      list.value = await api.get<SavedAddress[]>('/my/addresses')
      const first = list.value[0]
      if (!chosen.value && first) chosen.value = await read(first.id)
    } catch {
      // An address can be typed without the book.
    }
  }
  async function choose(id: number): Promise<void> {
    chosen.value = await read(id)
  }
  async function save(address: Address, id: number | null): Promise<void> {
    await (id === null ? api.post<SavedAddress>('/my/addresses', address) : api.put<SavedAddress>(`/my/addresses/${id}`, address))
    chosen.value = address
    await refresh()
  }
  async function prefer(id: number): Promise<void> {
    await api.put<SavedAddress>(`/my/addresses/${id}`, { ...(await read(id)), is_default: true })
    await refresh()
  }
  async function remove(id: number): Promise<void> {
    await api.delete(`/my/addresses/${id}`)
    chosen.value = null
    await refresh()
  }
  function clear(): void {
    list.value = []
    chosen.value = null
  }
  return { list, chosen, read, refresh, choose, save, prefer, remove, clear }
})
