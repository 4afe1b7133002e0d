import { describe, expect, it } from 'vitest'
import { bodyOf, draftOf, emptyDraft, nextEvening } from '../src/lib/draft'
import { corrected, doubledField, fileProblem, missingFields } from '../src/lib/imports'
import { endOf, faultsOf, minuteClock, moved, newRow, overrun, retimed, specOf, type RunRow } from '../src/lib/run'
import type { ImportField, Show, Sku } from '../src/lib/types'

const sku = (id: number, more: Partial<Sku> = {}): Sku => ({
  id, code: `K${id}`, spec: '30ml', list_price_fen: 19900, floor_price_fen: 9900, cost_fen: 5000,
  on_hand: 100, held: 0, sold: 0, buffer: 10, available: 90,
  product_id: id, product_title: `商品 ${id}`, product_state: 'approved', image_url: '', ...more,
})
const three = () => [1, 2, 3].reduce<RunRow[]>((rows, id) => [...rows, newRow(rows, sku(id))], [])

describe('the run of show', () => {
  it('adds a row after the last with the stock that is there', () => {
    const rows = three()
    expect(rows.map((row) => [row.link_no, row.starts_minute, row.minutes])).toEqual([[1, 0, 8], [2, 8, 8], [3, 16, 8]])
    expect(rows[0]).toMatchObject({ units_planned: 90, first_batch_units: 30, price_fen: 19900 })
    expect(endOf(rows)).toBe(24)
    expect(overrun(rows, 20)).toBe(4)
  })
  it('moves a row and nothing else', () => {
    const rows = three()
    expect(moved(rows, 2, 0).map((row) => row.link_no)).toEqual([3, 1, 2])
    expect(moved(rows, 0, 9)).toEqual(rows)
    expect(moved(rows, 5, 0)).toEqual(rows)
  })
  it('lays the minutes out in the order on screen', () => {
    const rows = retimed(moved(three(), 2, 0))
    expect(rows.map((row) => [row.link_no, row.starts_minute])).toEqual([[3, 0], [1, 8], [2, 16]])
  })
  it('names what is wrong in a row', () => {
    const rows = three()
    const [first, second] = rows as [RunRow, RunRow]
    expect(faultsOf(first, rows)).toEqual([])
    Object.assign(first, { price_fen: 9899, units_planned: 91, first_batch_units: 92, product_state: 'draft', link_no: 2 })
    expect(faultsOf(first, rows)).toEqual(['belowFloor', 'shortStock', 'firstOver', 'notApproved', 'sameLink'])
    second.price_fen = 0
    expect(faultsOf(second, rows)).toEqual(['noPrice', 'sameLink'])
  })
  it('sends only what the server takes', () => {
    const row = { ...(three()[0] as RunRow), selling_points: [' a ', '', 'b'], script_text: ' x ' }
    const spec = specOf(row)
    expect(spec.selling_points).toEqual(['a', 'b'])
    expect(spec.script_text).toBe('x')
    expect(Object.keys(spec)).not.toContain('floor_price_fen')
    expect(Object.keys(spec)).toHaveLength(21)
  })
  it('tells the clock of a minute in Shanghai', () => {
    expect(minuteClock('2026-11-22T12:00:00Z', 75)).toBe('21:15')
    expect(minuteClock(null, 75)).toBe('1:15')
  })
})

describe('a draft', () => {
  it('proposes the next evening at least an hour away', () => {
    expect(nextEvening(Date.parse('2026-11-22T10:59:00Z'))).toBe('2026-11-22T12:00:00.000Z')
    expect(nextEvening(Date.parse('2026-11-22T11:01:00Z'))).toBe('2026-11-23T12:00:00.000Z')
  })
  it('keeps the seller of the last show and sends the campaign by id', () => {
    const last = { ...emptyDraft(0), seller_name: '赤霞', host_id: 4, campaign_id: 2 } as unknown as Show
    const draft = emptyDraft(Date.parse('2026-11-22T00:00:00Z'), last)
    expect([draft.seller_name, draft.host_id, draft.campaign, draft.title]).toEqual(['赤霞', 4, 2, ''])
    const body = bodyOf({ ...draft, campaign: '新活动' }, 9)
    expect(body).toMatchObject({ campaign_id: 9, starts_at: '2026-11-22T12:00:00.000Z' })
    expect(Object.keys(body)).not.toContain('campaign')
    expect(draftOf({ ...last, campaign_id: null } as Show).campaign).toBeNull()
  })
})

describe('an import', () => {
  const fields = [{ name: 'code', required: true }, { name: 'title', required: true }, { name: 'brand', required: false }] as ImportField[]
  it('names required fields without a column, and a field with two', () => {
    expect(missingFields(fields, { a: 'code', b: null }).map((field) => field.name)).toEqual(['title'])
    expect(missingFields(fields, { a: 'code', b: 'title' })).toEqual([])
    expect(doubledField({ a: 'code', b: 'code' })).toBe('code')
    expect(doubledField({ a: 'code', b: null, c: null })).toBeNull()
  })
  it('tells only the columns that a person corrected', () => {
    expect(corrected({ a: 'code', b: 'title', c: null }, { a: 'code', b: null, c: 'title' })).toEqual({ b: null, c: 'title' })
  })
  it('refuses what is no sheet before sending it', () => {
    expect(fileProblem({ name: 'a.XLSX', size: 1 })).toBeNull()
    expect(fileProblem({ name: 'a.xls', size: 1 })).toBeNull()
    expect(fileProblem({ name: 'a.csv.exe', size: 1 })).toBe('wrongKind')
    expect(fileProblem({ name: 'a.csv', size: 21 * 1024 * 1024 })).toBe('tooBig')
  })
})
