import { describe, expect, it } from 'vitest'
import { isSomebodyThere } from '../src/lib/patrol'

const MINUTE = 60_000

describe('being on duty', () => {
  it('needs a touch within ten minutes and the page in front within five', () => {
    const now = 100 * MINUTE
    expect(isSomebodyThere(now, now - 9 * MINUTE, now)).toBe(true)
    expect(isSomebodyThere(now, now - 10 * MINUTE, now)).toBe(false)
    expect(isSomebodyThere(now, now, now - 4 * MINUTE)).toBe(true)
    expect(isSomebodyThere(now, now, now - 5 * MINUTE)).toBe(false)
  })
})
