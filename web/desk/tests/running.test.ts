import { describe, expect, it } from 'vitest'
import { Level, Pace } from '../src/lib/pace'
import { whereInRun } from '../src/lib/running'

const run = [
  { link_no: 1, starts_minute: 0, minutes: 10 },
  { link_no: 2, starts_minute: 10, minutes: 10 },
  { link_no: 7, starts_minute: 20, minutes: 5 },
]
const at = (minute: number, onAir: number | null, last: number | null = null) => whereInRun(run, { minute, onAir, last })

describe('where a show is in its run', () => {
  it('is on time inside the slot', () => {
    const where = at(12, 2)
    expect([where.now?.link_no, where.next?.link_no, where.lateMinutes]).toEqual([2, 7, 0])
    expect([...where.done]).toEqual([1])
  })
  it('is late by what the slot was overrun', () => {
    expect(at(23.9, 2).lateMinutes).toBe(3)
  })
  it('is early when an item began before its time', () => {
    expect(at(7, 2).lateMinutes).toBe(-3)
  })
  it('is late between items by the start of the next', () => {
    const where = at(14, null, 1)
    expect([where.now, where.next?.link_no, where.lateMinutes]).toEqual([null, 2, 4])
  })
  it('begins with the first and ends after the last', () => {
    expect(at(0, null).next?.link_no).toBe(1)
    expect(at(30, null, 7)).toMatchObject({ now: null, next: null, lateMinutes: 0 })
    expect(whereInRun([], { minute: 5, onAir: null, last: null }).next).toBeNull()
  })
})

describe('pace', () => {
  it('counts the gain of the last minute', () => {
    const pace = new Pace()
    for (let s = 0; s <= 120; s += 10) pace.note(s * 1000, 7 + s * 2)
    expect(pace.perMinute(120_000)).toBe(120)
  })
  it('scales a short history up and is silent about too short a one', () => {
    const pace = new Pace()
    pace.note(0, 3)
    expect(pace.perMinute(5_000)).toBeNull()
    pace.note(30_000, 13)
    expect(pace.perMinute(30_000)).toBe(20)
  })
  it('does not take the first reading of a running total for a rush', () => {
    const pace = new Pace()
    pace.note(0, 0)
    pace.note(15_000, 500)
    expect(pace.perMinute(15_000)).toBeNull()
    pace.note(75_000, 530)
    expect(pace.perMinute(75_000)).toBe(30)
  })
  it('starts anew when a total falls', () => {
    const pace = new Pace()
    pace.note(0, 100)
    pace.note(60_000, 5)
    expect(pace.perMinute(60_000)).toBeNull()
  })
  it('follows a level both ways', () => {
    const level = new Level()
    level.note(0, 50)
    level.note(60_000, 30)
    expect(level.changeInMinute(60_000)).toBe(-20)
    expect(new Level().changeInMinute(0)).toBeNull()
  })
})
