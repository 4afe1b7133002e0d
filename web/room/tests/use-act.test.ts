import { Refused } from '@kaibo/shared'
import { describe, expect, it } from 'vitest'
import { useAct } from '../src/use-act'

describe('what is pressed', () => {
  it('is busy while on its way, and says nothing when it went through', async () => {
    const { isBusy, problem, act } = useAct()
    problem.value = 'from before'
    const seen: unknown[] = []
    const done = act(() => Promise.resolve(seen.push(isBusy.value, problem.value)))
    expect(await done).toBe(true)
    expect([seen, isBusy.value, problem.value]).toEqual([[true, ''], false, ''])
  })

  it('says why it failed, in words of its own where it has some', async () => {
    const { isBusy, problem, act } = useAct()
    const fails = () => Promise.reject(new Refused({ code: 'sold_out', message: 'All sold.', data: {} }, 409))
    expect(await act(fails)).toBe(false)
    expect([isBusy.value, problem.value]).toEqual([false, 'All sold.'])
    const own = useAct((error) => `own: ${(error as Refused).code}`)
    await own.act(fails)
    expect(own.problem.value).toBe('own: sold_out')
  })
})
