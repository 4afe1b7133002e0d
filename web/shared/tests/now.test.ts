import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { useNow } from '../src/now'
import { ServerClock } from '../src/server-clock'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('keeps one timer for all who look at a clock, and none when nobody does', () => {
  const clock = new ServerClock()
  const [first, second] = [effectScope(), effectScope()]
  const now = first.run(() => useNow(clock))
  second.run(() => useNow(clock))
  expect(vi.getTimerCount()).toBe(1)
  const before = now?.value ?? 0
  vi.advanceTimersByTime(1_000)
  expect((now?.value ?? 0) - before).toBe(1_000)
  first.stop()
  expect(vi.getTimerCount()).toBe(1)
  second.stop()
  expect(vi.getTimerCount()).toBe(0)
})
