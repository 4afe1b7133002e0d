import { expect, it } from 'vitest'
import { isNamed, newPrize, newTerms, nextStep, type Draw, type DrawState } from '../src/lib/draws'

const NOW = Date.parse('2026-06-01T12:00:30Z')
const draw = (state: DrawState): Draw => ({
  id: 1, show_id: 1, state, questions: 0, terms: newTerms(NOW, '店'), commit: '', seed: '', entries: 0, kept_out: 0, lapses_at: null,
})
const later = (minutes: number) => NOW + minutes * 60_000

it('a draw opens in a minute and stays open for ten', () => {
  const { opens_at, closes_at } = newTerms(NOW, '')
  expect([opens_at, closes_at]).toEqual(['2026-06-01T12:01:00.000Z', '2026-06-01T12:11:00.000Z'])
})

it('each state offers its one step, and none before its time', () => {
  expect([nextStep(draw('draft'), NOW), nextStep(draw('published'), NOW), nextStep(draw('published'), later(1))]).toEqual(['publish', null, 'open'])
  expect([nextStep(draw('open'), later(5)), nextStep(draw('open'), later(11)), nextStep(draw('closed'), NOW)]).toEqual([null, 'close', 'reveal'])
  expect([nextStep(draw('drawn'), NOW), nextStep(draw('settled'), NOW), nextStep(draw('cancelled'), NOW)]).toEqual([null, null, null])
})

it('a line without a name, or a coupon not chosen, is no prize', () => {
  const cup = { ...newPrize(), name: '杯' }
  const coupon = { ...newPrize(), kind: 'coupon' as const, name: '十元券' }
  expect([newPrize(), cup, coupon, { ...coupon, promotion_id: 3 }].map(isNamed)).toEqual([false, true, false, true])
})
