import { describe, expect, it } from 'vitest'
import { alertsOf, type Scene } from '../src/lib/alerts'
import type { Finding, PictureTrouble } from '../src/lib/types'

const finding = (changes: Partial<Finding> = {}): Finding => ({
  id: 7, surface: 'picture', subject_kind: 'seen_code', subject_id: 3, text: 'https://x.example/', family: 'C7', rule_id: 'C7.scan-code',
  law: '直播电商监督管理办法', article: '第三十一条', item: '第二款', verdict: 'violation', severity: 'S2', action: 'warn', suppressed_reason: '',
  state: 'open', found_at: '2026-06-01T12:00:00Z', confirmed_by: null, confirmed_reason: '', ...changes,
})
const trouble = (changes: Partial<PictureTrouble> = {}): PictureTrouble => ({
  id: 1, session_id: 's', kind: 'black', began_at: '2026-06-01T12:00:00Z', over_at: null, ...changes,
})
const event = (code: string) => ({ e: 'alert' as const, code, text: '提醒', text_en: 'Alert', at: 1 })
const scene = (changes: Partial<Scene> = {}): Scene => ({
  goods: [], lateMinutes: 0, picture: 'live', findings: [], troubles: [], events: [], seen: new Set(), ...changes,
})

describe('what was seen in the picture', () => {
  it('is told once, with its text and its frame', () => {
    const [alert, ...rest] = alertsOf(scene({ findings: [finding()], events: [event('qr')] }))
    expect(rest).toEqual([])
    expect(alert).toMatchObject({ mood: 'wrong', word: 'code', named: { text: 'https://x.example/' }, frame: '/api/desk/sightings/3/frame' })
  })
  it('is told by the event to who may not read findings', () => {
    expect(alertsOf(scene({ events: [event('qr')] })).map((one) => one.text)).toEqual(['提醒'])
  })
  it('is quiet about our own code', () => {
    expect(alertsOf(scene({ findings: [finding({ suppressed_reason: 'allow_list', state: 'suppressed' })] }))).toEqual([])
  })
})

it('a trouble stands in the lane as long as it lasts', () => {
  const troubles = [trouble(), trouble({ id: 2, kind: 'silent', over_at: '2026-06-01T12:01:00Z' })]
  expect(alertsOf(scene({ troubles, events: [event('picture')] })).map((one) => one.word)).toEqual(['black'])
})
