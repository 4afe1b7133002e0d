import { describe, expect, it } from 'vitest'
import { alertsOf, type Scene } from '../src/lib/alerts'
import { deskPath, grouped } from '../src/lib/shows'
import { stepsOf } from '../src/lib/steps'
import { safeNext } from '../src/router'
import type { Goods } from '../src/lib/live'
import type { Finding, Show } from '../src/lib/types'

const show = (id: number, state: Show['state'], starts_at: string) => ({ id, state, starts_at, started_at: null }) as Show

describe('shows', () => {
  it('stand live first, then soonest first, then latest first', () => {
    const groups = grouped([
      show(1, 'ended', '2026-11-01T00:00:00Z'), show(2, 'draft', '2026-11-25T00:00:00Z'), show(3, 'ended', '2026-11-02T00:00:00Z'),
      show(4, 'draft', '2026-11-24T00:00:00Z'), show(5, 'live', '2026-11-22T00:00:00Z'),
    ])
    expect([groups.live, groups.upcoming, groups.past].map((list) => list.map((one) => one.id))).toEqual([[5], [4, 2], [3, 1]])
  })
  it('tick the first steps that are done', () => {
    const steps = stepsOf({ shows: [show(8, 'draft', '')], preflights: [], hosts: [], states: { draft: 2 } })
    expect(steps.map((step) => [step.name, step.done])).toEqual([
      ['products', true], ['approve', false], ['host', false], ['show', true], ['preflight', false],
    ])
    expect(steps[4]?.to).toBe('/shows/8/preflight')
    expect(stepsOf({ shows: [], preflights: [], hosts: null, states: null }).map((step) => step.name)).toEqual(['show', 'preflight'])
  })
})

describe('addresses', () => {
  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', '', undefined, ['/a']])('never leave the desk after signing in: %s', (next) => {
    expect(safeNext(next)).toBe('/')
  })
  it('follow a page of the desk', () => {
    expect(safeNext('/shows/2/plan?link=3')).toBe('/shows/2/plan?link=3')
    expect(deskPath('/desk/shows/2/plan?link=3')).toBe('/shows/2/plan?link=3')
    expect(deskPath('//evil.example')).toBeNull()
    expect(deskPath('javascript:alert(1)')).toBeNull()
  })
})

describe('alerts', () => {
  const goods = (link_no: number, left: number, given: number) =>
    ({ item: { link_no, first_batch_units: given }, left, given, state: 'open' }) as unknown as Goods
  const scene: Scene = { goods: [goods(1, 0, 50), goods(2, 4, 50), goods(3, 5, 50)], lateMinutes: 3, picture: 'off', findings: [], troubles: [], events: [], seen: new Set() }
  it('name what to look at, the worst first', () => {
    expect(alertsOf(scene).map((alert) => alert.key)).toEqual(['picture', 'out:1', 'low:2', 'late'])
  })
  it('count the same words once, and say what was done', () => {
    const finding = (id: number, text: string, surface = 'chat') =>
      ({ id, text, surface, rule_id: 'R', law: '办法', article: '第一条', item: '', verdict: 'violation', action: 'hide', state: 'open', suppressed_reason: '', confirmed_by: null, confirmed_reason: '' }) as Finding
    const found = alertsOf({ ...scene, goods: [], lateMinutes: 0, picture: 'live', findings: [finding(3, '加我'), finding(2, '最'), finding(1, '加我')] })
    expect(found.map((alert) => [alert.key, alert.text, alert.mood, alert.done, alert.cite])).toEqual([
      ['finding:3', '加我 ×2', 'look', 'hidden', '《办法》第一条'],
      ['finding:2', '最', 'look', 'hidden', '《办法》第一条'],
    ])
    expect(alertsOf({ ...scene, findings: [finding(4, '最', 'speech')] }).pop()?.mood).toBe('wrong')
  })
  it('leave out what was seen', () => {
    expect(alertsOf({ ...scene, seen: new Set(['picture', 'late', 'low:2']) }).map((alert) => alert.key)).toEqual(['out:1'])
  })
})
