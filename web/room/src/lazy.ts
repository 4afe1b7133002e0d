/** Parts that arrive after the first picture: at once when opened, else when the page is idle. */

import { defineAsyncComponent, type Component } from 'vue'

type Load<T> = () => Promise<{ default: T }>

const loads: Load<Component>[] = []
const RETRIES_MAX = 3
const RETRY_MS = 1_500
const IDLE_MS = 2_500

export function lazily<T extends Component>(part: Load<T>): T {
  const load: Load<T> = async () => {
    const [found] = await Promise.all([part(), import('./later')])
    return found
  }
  loads.push(load)
  return defineAsyncComponent({
    loader: load,
    onError: (_error, retry, fail, attempts) => {
      if (attempts > RETRIES_MAX) fail()
      else setTimeout(retry, RETRY_MS)
    },
  }) as T
}

/** Fetch everything while the network is good: shelf and orders must open on a bad one too. */
export function fetchTheRest(): void {
  setTimeout(() => {
    for (const load of loads) {
      // What does not arrive now is tried again when it is opened.
      void load().catch(() => undefined)
    }
  }, IDLE_MS)
}
