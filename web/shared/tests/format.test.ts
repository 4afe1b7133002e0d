import { describe, expect, it } from 'vitest'
import { agoText, countText, leftText, parseYuan, priceParts, priceText, soonText } from '../src/format'

describe('money', () => {
  it('splits a price into yuan and fen', () => {
    expect(priceParts(129_900)).toEqual({ sign: '', yuan: '1,299', fen: '' })
    expect(priceParts(990)).toEqual({ sign: '', yuan: '9', fen: '90' })
    expect(priceParts(5)).toEqual({ sign: '', yuan: '0', fen: '05' })
    expect(priceParts(-1_234_567_01)).toEqual({ sign: '-', yuan: '1,234,567', fen: '01' })
    expect(priceText(9_900, true)).toBe('¥99.00')
  })

  it('reads typed yuan exactly and refuses what is not an amount', () => {
    expect(parseYuan('12')).toBe(1200)
    expect(parseYuan(' 12.3 ')).toBe(1230)
    expect(parseYuan('0.07')).toBe(7)
    for (const bad of ['', '-1', '1.234', '1e3', '１２', '12元', '.5']) expect(parseYuan(bad)).toBeNull()
  })
})

describe('counts', () => {
  it('cuts to 万 and never rounds up', () => {
    expect(countText(9_999, 'zh-Hans')).toBe('9,999')
    expect(countText(19_999, 'zh-Hans')).toBe('1.9万')
    expect(countText(100_000_000, 'zh-Hans')).toBe('1亿')
    expect(countText(19_999, 'en')).toBe('19.9k')
    expect(countText(19_999, 'zh-Hans', true)).toBe('19,999')
  })
})

describe('time', () => {
  const now = Date.parse('2026-11-21T15:30:00Z') // 23:30 in Shanghai

  it('speaks of days as Shanghai counts them', () => {
    expect(soonText('2026-11-21T15:59:00Z', now, 'zh-Hans')).toBe('今天 23:59')
    expect(soonText('2026-11-21T16:00:00Z', now, 'zh-Hans')).toBe('明天 00:00')
    expect(soonText('2026-11-25T12:00:00Z', now, 'zh-Hans')).toBe('11月25日 20:00')
  })

  it('turns absolute after a day', () => {
    expect(agoText(now - 10_000, now, 'zh-Hans')).toBe('刚刚')
    expect(agoText(now - 180_000, now, 'en')).toBe('3 min ago')
    expect(agoText(now - 86_400_000, now, 'en')).toBe('2026-11-20 23:30')
  })

  it('counts down to zero and stays there', () => {
    expect(leftText(581_000)).toBe('09:41')
    expect(leftText(580_001)).toBe('09:41')
    expect(leftText(3_723_000)).toBe('1:02:03')
    expect(leftText(-5)).toBe('00:00')
  })
})
