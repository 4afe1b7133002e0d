import { expect, it } from 'vitest'
import { filters, isReward, newInvite } from '../src/lib/invites'
import { bodyOf, newForm, type Promo } from '../src/lib/promos'

const NOW = Date.parse('2026-06-01T12:00:30Z')

it('an invitation opens in a minute and stays open for three days', () => {
  const { opens_at, closes_at } = newInvite(NOW, '')
  expect([opens_at, closes_at]).toEqual(['2026-06-01T12:01:00.000Z', '2026-06-04T12:01:00.000Z'])
})

it('a filter says only what is chosen', () => {
  expect([filters('', ''), filters('refused', ''), filters('refused', 'own')]).toEqual(['', 'state=refused', 'state=refused&reason=own'])
})

it('a reward is a coupon that is got by inviting, here and not over', () => {
  const promo = (change: Partial<Promo>) => ({ got: 'claim', unlock: 'invite', state: 'running', show_id: null, ...change }) as Promo
  expect([promo({}), promo({ show_id: 7 }), promo({ state: 'draft' })].map((one) => isReward(one, 7))).toEqual([true, true, true])
  expect([promo({ unlock: 'open' }), promo({ got: 'code' }), promo({ state: 'ended' }), promo({ show_id: 8 })].map((one) => isReward(one, 7))).toEqual([false, false, false, false])
})

it('a reward is for everyone and without a limit of its own, whatever the form said before', () => {
  const form = { ...newForm(NOW), got: 'claim' as const, unlock: 'invite' as const, audience: 'new', per_buyer_max: 1 }
  expect(bodyOf(form)).toMatchObject({ audience: 'everyone', per_buyer_max: null, unlock: 'invite' })
  expect(bodyOf({ ...form, unlock: 'open' })).toMatchObject({ audience: 'new', per_buyer_max: 1 })
})
