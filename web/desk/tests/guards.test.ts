import { describe, expect, it } from 'vitest'
import { mayUndo, ordered, spanOf, stateOf, type Change } from '../src/lib/guards'

const NOW = Date.parse('2026-06-01T12:00:00Z')
const change = (changes: Partial<Change> = {}): Change => ({
  id: 1, promotion_id: null, title: '', link_no: 1, kind: 'price', terms: {}, dangers: [], off_fen: 0, state: 'asked', asked_by: 1,
  asked_at: '2026-06-01T11:59:00Z', expires_at: '2026-06-01T12:14:00Z', made_at: null, undo_until: null, ...changes,
})

describe('a change on air', () => {
  it('lapses when nobody confirmed it in time', () => {
    expect([stateOf(change(), NOW), stateOf(change({ expires_at: '2026-06-01T12:00:00Z' }), NOW)]).toEqual(['asked', 'lapsed'])
  })
  it('is undone only while its window is open', () => {
    const made = change({ state: 'made', undo_until: '2026-06-01T12:00:01Z' })
    expect([mayUndo(made, NOW), mayUndo(made, NOW + 1000), mayUndo(change(), NOW)]).toEqual([true, false, false])
  })
})

it('what has to be decided stands first, then the newest', () => {
  const rows = [{ id: 1, state: 'reset' }, { id: 2, state: 'tripped' }, { id: 3, state: 'made' }, { id: 4, state: 'asked' }]
  expect(ordered(rows).map((row) => row.id)).toEqual([4, 2, 3, 1])
})

it('a span is told in its largest whole unit', () => {
  expect([spanOf(86_400), spanOf(60), spanOf(90)]).toEqual([{ unit: 'h', n: 24 }, { unit: 'min', n: 1 }, { unit: 's', n: 90 }])
})
