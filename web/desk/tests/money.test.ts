import { describe, expect, it } from 'vitest'
import { amountText, basisPoints, gaps, periodNamed, queryText } from '../src/lib/money'
import type { Difference } from '../src/lib/money-types'

describe('amounts', () => {
  it('always have two decimals, and say a currency that is not the yuan', () => {
    expect([amountText(129900), amountText(-5), amountText(0)]).toEqual(['¥1,299.00', '-¥0.05', '¥0.00'])
    expect([amountText(41357, 'BRL'), amountText(-41357, 'BRL')]).toEqual(['BRL 413.57', '-BRL 413.57'])
  })
  it('of a fee are typed as a percentage', () => {
    expect([basisPoints('0.6'), basisPoints(' 0.38% '), basisPoints('1'), basisPoints('')]).toEqual([60, 38, 100, null])
    expect([basisPoints('0.123'), basisPoints('-1'), basisPoints('x')]).toEqual([NaN, NaN, NaN])
  })
})

describe('a period', () => {
  // One minute past midnight of the first of March in Shanghai; still February in London.
  const now = Date.parse('2028-02-29T16:01:00Z')
  it('is of the days of the shop', () => {
    expect(periodNamed('today', now)).toEqual({ since: '2028-03-01', until: '2028-03-01' })
    expect(periodNamed('month', now)).toEqual({ since: '2028-03-01', until: '2028-03-01' })
    expect(periodNamed('lastMonth', now)).toEqual({ since: '2028-02-01', until: '2028-02-29' })
    expect(periodNamed('lastMonth', Date.parse('2027-01-15T04:00:00Z'))).toEqual({ since: '2026-12-01', until: '2026-12-31' })
    expect(periodNamed('all', now)).toEqual({ since: '', until: '' })
  })
})

it('a question names what is not empty, and a list once for each', () => {
  expect(queryText({ since: '', page: 2, account: 'sales', map: ['甲=number', 'b='] })).toBe('page=2&account=sales&map=%E7%94%B2%3Dnumber&map=b%3D')
})

it('differences add up by name to what the provider has more', () => {
  const one = (what: Difference['what'], ours_fen: number | null, theirs_fen: number | null, kind: Difference['kind'] = 'paid'): Difference => ({
    what, kind, number: '', order_no: '', line: null, ours_fen, theirs_fen,
  })
  expect(
    gaps([
      one('amount_differs', 9900, 9800),
      one('amount_differs', 100, 250),
      one('ours_only', 500, null),
      one('theirs_only', null, 700),
      one('theirs_only', null, 300, 'refund'),
      one('twice_in_theirs', 9900, 9900),
    ]),
  ).toEqual({ amount_differs: 50, ours_only: -500, theirs_only: 400, twice_in_theirs: 9900 })
})
