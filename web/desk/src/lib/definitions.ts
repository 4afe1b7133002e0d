/** The metric dictionary, read once, and the definition that is open on screen. */

import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { api } from '../api'
import type { Metric } from './types'

export const useDefinitions = defineStore('definitions', () => {
  const metrics = shallowRef<Metric[]>([])
  const error = shallowRef<unknown>(null)
  const open = ref<string | null>(null)
  let asking: Promise<void> | null = null

  async function read(): Promise<void> {
    try {
      metrics.value = await api.get<Metric[]>('/metrics')
      error.value = null
    } catch (problem) {
      error.value = problem
      asking = null
    }
  }
  /** Reads the dictionary unless it was read already. */
  function need(): Promise<void> {
    asking ??= read()
    return asking
  }
  const byCode = computed(() => new Map(metrics.value.map((m) => [m.code, m])))
  function show(code: string): void {
    open.value = code
    void need()
  }
  return { metrics, error, open, need, byCode, show }
})
