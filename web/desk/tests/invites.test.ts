import { expect, it } from 'vitest'
import { filters, newInvite } from '../src/lib/invites'
import { bodyOf, isPromised, newForm, type Promo } from '../src/lib/promos'

const NOW = Date.parse('2026-06-01T12:00:30Z')

it('an invitation opens in a minute and stays open for three days', () => {
  const { opens_at, closes_at } = newInvite(NOW, '')
  expect([opens_at, closes_at]).toEqual(['2026-06-01T12:01:00.000Z', '2026-06-04T12:01:00.000Z'])
})

it('a filter says only what is chosen', () => {
  expect([filters('', ''), filters('refused', ''), filters('refused', 'own')]).toEqual(['', 'state=refused', 'state=refused&reason=own'])
})

it('what is promised is a coupon that is got that way, here and not over', () => {
  const promo = (change: Partial<Promo>) => ({ got: 'claim', unlock: 'invite', state: 'running', show_id: null, ...change }) as Promo
  expect([promo({}), promo({ show_id: 7 }), promo({ state: 'draft' })].map((one) => isPromised(one, 'invite', 7))).toEqual([true, true, true])
  expect([promo({ unlock: 'open' }), promo({ got: 'code' }), promo({ state: 'ended' }), promo({ show_id: 8 })].map((one) => isPromised(one, 'invite', 7))).toEqual([false, false, false, false])
  expect([isPromised(promo({ unlock: 'prize' }), 'prize', 7), isPromised(promo({}), 'prize', 7)]).toEqual([true, false])
})

it.each(['invite', 'prize'] as const)('what comes by %s is for everyone and without a limit of its own, whatever the form said before', (unlock) => {
  const form = { ...newForm(NOW), got: 'claim' as const, unlock, audience: 'new', per_buyer_max: 1 }
  expect(bodyOf(form)).toMatchObject({ audience: 'everyone', per_buyer_max: null, unlock })
  expect(bodyOf({ ...form, unlock: 'open' })).toMatchObject({ audience: 'new', per_buyer_max: 1 })
})
