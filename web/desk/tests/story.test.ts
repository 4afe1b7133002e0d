import { describe, expect, it } from 'vitest'
import { csvText } from '../src/lib/csv'
import { figureText, moneyText, spanText, unitOf } from '../src/lib/figures'
import { storyOf } from '../src/lib/story'
import type { MetricValue, Report } from '../src/lib/types'

const value = (code: string, n: number | null): MetricValue => ({ code, value: n, version: 1, last: null, before: null })
function report(figures: Record<string, number | null>, paid: Record<string, number>): Report {
  return {
    show_id: 1, started_at: '', over_at: '', events: 1, headline: [], funnel: [], minutes: [], on_air: [],
    figures: Object.entries(figures).map(([code, n]) => value(code, n)),
    rates: [value('viewing_rate', 0.3), value('click_transaction_rate', 0.12), value('viewing_click_rate', null)],
    products: Object.entries(paid).map(([title, fen], n) => ({ link_no: n + 1, title, figures: { gmv_paid: fen } })),
  }
}
const name = (code: string) => `<${code}>`

describe('the three sentences of a review', () => {
  it('say what was sold, where people were lost, and what sold most', () => {
    const told = storyOf(
      report({ buyers: 4, orders_paid: 5, gmv_paid: 100_000, gmv_net: 90_000, viewers: 1200, average_watch_s: 95, refund_rate: 0.1 }, { 口红: 25_000, 面膜: 75_000 }),
      'zh-Hans', name,
    )
    expect(told).toEqual([
      { word: 'sold', named: { net: '¥900.00', orders: '5', buyers: '4', each: '¥250.00' } },
      { word: 'funnel', named: { viewers: '1,200', watch: '1 分 35 秒', step: '<click_transaction_rate>', rate: '12.0%' } },
      { word: 'top', named: { name: '面膜', share: '75%', refund: '10.0%' } },
    ])
  })
  it('do not invent a sale', () => {
    const told = storyOf(report({ buyers: 0, viewers: 7, product_clickers: 2 }, { 口红: 0 }), 'zh-Hans', name)
    expect(told.map((one) => one.word)).toEqual(['nobody', 'funnel', 'noTop'])
  })
})

describe('figures', () => {
  it('cut money and never round it up', () => {
    expect(moneyText(999_999, 'zh-Hans')).toBe('¥9,999.99')
    expect(moneyText(1_299_999, 'zh-Hans')).toBe('¥1.29万')
    expect(moneyText(1_299_999, 'en')).toBe('¥12.99k')
    expect(moneyText(1_299_999, 'zh-Hans', true)).toBe('¥12,999.99')
    expect(moneyText(-1_299_999, 'zh-Hans')).toBe('-¥1.29万')
  })
  it('show a rate over nobody as none, not as zero', () => {
    expect(figureText(null, 'share', { language: 'zh-Hans' })).toBe('—')
    expect(figureText(0, 'share', { language: 'zh-Hans' })).toBe('0.0%')
    expect(figureText(12_345, 'count', { language: 'zh-Hans' })).toBe('1.2万')
    expect(figureText(912.456, 'number', { language: 'zh-Hans' })).toBe('912.46')
    expect(unitOf('s')).toBe('seconds')
    expect(spanText(3_905, 'zh-Hans')).toBe('1 小时 05 分')
  })
})

describe('a CSV', () => {
  it('opens in Excel as text, whatever was typed', () => {
    expect(csvText(['a', 'b'], [['=1+1', 1], ['x,"y"\n', null]])).toBe('\uFEFFa,b\r\n\'=1+1,1\r\n"x,""y""\n",\r\n')
  })
})
