/** One shared second hand for everything on the page that counts. */

import { onScopeDispose, readonly, ref, type Ref } from 'vue'
import type { ServerClock } from './server-clock'

const BEAT_MS = 250

/** The server's time in ms, renewed four times a second while the component lives. */
export function useNow(clock: ServerClock): Readonly<Ref<number>> {
  const now = ref(clock.now())
  const timer = setInterval(() => {
    now.value = clock.now()
  }, BEAT_MS)
  onScopeDispose(() => clearInterval(timer))
  return readonly(now)
}
