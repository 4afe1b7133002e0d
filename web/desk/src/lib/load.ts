/** One thing read from the server: what it is, whether it is on its way, what went wrong. */

import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

export interface Loaded<T> {
  data: ShallowRef<T | null>
  busy: Ref<boolean>
  error: ShallowRef<unknown>
  reload: () => Promise<void>
}

/**
 * Reads now and on `reload()`. The last good value stays while a newer one is on its way or
 * failed; an answer that was overtaken by a newer question is dropped.
 */
export function useLoad<T>(read: () => Promise<T>): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const busy = ref(true)
  const error = shallowRef<unknown>(null)
  let asked = 0

  async function reload(): Promise<void> {
    const mine = ++asked
    busy.value = true
    try {
      const value = await read()
      if (mine !== asked) return
      data.value = value
      error.value = null
    } catch (problem) {
      if (mine === asked) error.value = problem
    } finally {
      if (mine === asked) busy.value = false
    }
  }

  void reload()
  return { data, busy, error, reload }
}

/** Runs `work` every `ms` while the page is in front; never twice at once. */
export function usePolling(work: () => Promise<void>, ms: number): void {
  let stopped = false
  let timer = 0
  async function turn(): Promise<void> {
    if (!document.hidden) {
      try {
        await work()
      } catch {
        // The next turn tries again; the page shows its own connection state.
      }
    }
    if (!stopped) timer = window.setTimeout(() => void turn(), ms)
  }
  timer = window.setTimeout(() => void turn(), ms)
  onScopeDispose(() => {
    stopped = true
    window.clearTimeout(timer)
  })
}
