/** One shared second hand for everything on the page that counts. */

import { onScopeDispose, readonly, ref, type Ref } from 'vue'
import type { ServerClock } from './server-clock'

const BEAT_MS = 250

interface Hand {
  now: Ref<number>
  users: number
  timer: ReturnType<typeof setInterval>
}

const hands = new Map<ServerClock, Hand>()

function handOf(clock: ServerClock): Hand {
  const known = hands.get(clock)
  if (known) return known
  const now = ref(clock.now())
  const timer = setInterval(() => {
    now.value = clock.now()
  }, BEAT_MS)
  const hand = { now, users: 0, timer }
  hands.set(clock, hand)
  return hand
}

/** The server's time in ms, renewed four times a second while the component lives. */
export function useNow(clock: ServerClock): Readonly<Ref<number>> {
  const hand = handOf(clock)
  hand.users += 1
  onScopeDispose(() => {
    hand.users -= 1
    if (hand.users > 0) return
    clearInterval(hand.timer)
    hands.delete(clock)
  })
  return readonly(hand.now)
}
