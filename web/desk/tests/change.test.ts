import { Refused } from '@kaibo/shared'
import { describe, expect, it, vi } from 'vitest'
import { changeText } from '../src/lib/guards'
import { sendOnce } from '../src/lib/once'

const lost = () => new Refused({ code: 'offline', message: '', data: {} }, 0)
const refused = () => new Refused({ code: 'below_floor', message: '', data: {} }, 409)

describe('an act on air is sent under one key', () => {
  it('is sent again under the same key while nothing is known of it', async () => {
    vi.useFakeTimers()
    const keys: string[] = []
    const sent = sendOnce('add 5', (key) => {
      keys.push(key)
      return keys.length < 3 ? Promise.reject(lost()) : Promise.resolve('done')
    })
    await vi.runAllTimersAsync()
    expect(await sent).toBe('done')
    expect(new Set(keys).size).toBe(1)
    expect(keys).toHaveLength(3)
    vi.useRealTimers()
  })

  it('keeps its key until an answer is known, and gets a new one afterwards', async () => {
    vi.useFakeTimers()
    const keys: string[] = []
    const failing = (problem: () => Refused) => (key: string) => {
      keys.push(key)
      return Promise.reject(problem())
    }
    const first = sendOnce('add 6', failing(lost)).catch((problem: Refused) => problem.code)
    await vi.runAllTimersAsync()
    expect(await first).toBe('offline')
    await expect(sendOnce('add 6', failing(refused))).rejects.toThrow(Refused)
    expect(new Set(keys).size).toBe(1)
    await expect(sendOnce('add 6', failing(refused))).rejects.toThrow(Refused)
    expect(new Set(keys).size).toBe(2)
    vi.useRealTimers()
  })
})

describe('a change in one line', () => {
  const t = (key: string, named: Record<string, unknown>) => `${key} ${named.n ?? named.name} ${named.price}`
  it('names its link or promotion and its price', () => {
    expect(changeText({ link_no: 3, title: '', kind: 'price', terms: { price_fen: 990 } }, t)).toBe('guards.change.price 3 ¥9.90')
    expect(changeText({ link_no: 3, title: '', kind: 'presale', terms: { presale: { price_fen: 1_000 } } }, t)).toBe('guards.change.presale 3 ¥10')
    expect(changeText({ link_no: null, title: '立减', kind: 'promotion', terms: {} }, t)).toBe('guards.change.promotion 立减 ¥0')
  })
})
