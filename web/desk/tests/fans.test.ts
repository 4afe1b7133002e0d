import { describe, expect, it } from 'vitest'
import { audienceText, termsOf, type FanPlan } from '../src/lib/fans'

const plan: FanPlan = {
  version: 2, set_at: '2026-11-27T12:00:00Z', follow_points: 10, minute_points: 1, minutes_max: 60, yuan_points: 1,
  tiers: [{ place: 1, name: '铁粉', points: 100, members: 4 }, { place: 2, name: '挚友', points: 900, members: 0 }],
}
const say = (key: string, named: Record<string, unknown> = {}) => [key, ...Object.values(named)].join('|')

describe('fan tiers at the desk', () => {
  it('names whom a promotion is for by the shop’s own word', () => {
    expect(audienceText('tier2', plan, say)).toBe('fans.audience|2|挚友')
    expect(audienceText('tier3', plan, say)).toBe('fans.audienceNo|3')
    expect(audienceText('tier1', null, say)).toBe('fans.audienceNo|1')
    expect(audienceText('new', plan, say)).toBe('promos.audience.new')
  })

  it('begins the form with the plan, without what only the server counts', () => {
    expect(termsOf(plan, ['a', 'b'])).toEqual({
      follow_points: 10, minute_points: 1, minutes_max: 60, yuan_points: 1, tiers: [{ name: '铁粉', points: 100 }, { name: '挚友', points: 900 }],
    })
    expect(termsOf(null, ['铁粉', '挚友']).tiers.map((tier) => tier.name)).toEqual(['铁粉', '挚友'])
  })
})
