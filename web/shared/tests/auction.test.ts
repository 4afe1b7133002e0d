import { expect, it } from 'vitest'
import { auctionPhase, withLastWord, type AuctionNow } from '../src/auction'
import type { AuctionEvent } from '../src/wire'

const read: AuctionNow = {
  state: 'running', bids: 3, highest_fen: 6_300, opens_at: '2026-11-27T12:00:00Z', ends_at: '2026-11-27T12:03:00Z',
}
const word = (changes: Partial<AuctionEvent>): AuctionEvent => ({
  e: 'auction', auction_id: 1, link_no: 3, state: 'running', bids: null, highest_fen: null, ends_at: null, ...changes,
})
const LATER = '2026-11-27T12:03:10Z'

it('takes price, number and end from a later bid', () => {
  expect(withLastWord(read, word({ bids: 4, highest_fen: 6_400, ends_at: LATER }))).toEqual({ ...read, bids: 4, highest_fen: 6_400, ends_at: LATER })
  expect(withLastWord(read, undefined)).toBe(read)
})

it('lets no old word undo a newer reading', () => {
  expect(withLastWord(read, word({ bids: 2, highest_fen: 6_200, ends_at: LATER }))).toEqual(read)
  expect(withLastWord({ ...read, state: 'hammered' }, word({}))).toEqual({ ...read, state: 'hammered' })
})

it('goes on to a later state whose word has no numbers', () => {
  expect(withLastWord(read, word({ state: 'hammered' }))).toEqual({ ...read, state: 'hammered' })
  expect(withLastWord({ ...read, state: 'hammered' }, word({ state: 'settled' })).state).toBe('settled')
})

it('is on from the published opening to the end as it was moved, then judged', () => {
  const at = (time: string) => Date.parse(`2026-11-27T${time}Z`)
  const planned: AuctionNow = { ...read, state: 'planned' }
  expect(['11:59:59', '12:00:00', '12:03:00'].map((time) => auctionPhase(planned, at(time)))).toEqual(['soon', 'on', 'judging'])
  expect(auctionPhase({ ...read, ends_at: LATER }, at('12:03:05'))).toBe('on')
  expect(auctionPhase({ ...read, state: 'hammered' }, at('12:01:00'))).toBe('over')
})
