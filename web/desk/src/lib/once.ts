/** One act, one key: what may or may not have arrived is sent again as the same act. */

import { newKey, Refused } from '@kaibo/shared'

const RETRY_MS = [500, 2_000]
// Acts of which nothing is known yet: pressed again, they go out under the key of the first time.
const unknown = new Map<string, string>()

const wait = (ms: number) => new Promise((go) => setTimeout(go, ms))

export const isUnknown = (act: string) => unknown.has(act)

/** Sends until something is known of it: three times, always under the same key. */
export async function sendOnce<T>(act: string, send: (key: string) => Promise<T>): Promise<T> {
  const key = unknown.get(act) ?? newKey()
  unknown.set(act, key)
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await send(key)
      unknown.delete(act)
      return answer
    } catch (problem) {
      if (!(problem instanceof Refused && problem.isUnknown)) {
        unknown.delete(act)
        throw problem
      }
      const pause = RETRY_MS[tries]
      if (pause === undefined) throw problem
      await wait(pause)
    }
  }
}
