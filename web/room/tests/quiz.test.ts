import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { askIn, momentOf } from '../src/quiz'
import { receiptOf } from '../src/receipts'
import { useDraws } from '../src/stores/draws'
import { useQuizzes } from '../src/stores/quizzes'
import type { DrawCard, QuestionCard, QuizCard } from '../src/types'

const START = Date.parse('2026-11-21T12:00:00Z')
const at = (s: number) => new Date(START + s * 1_000).toISOString()
const question = (no: number, starts: number): QuestionCard => ({
  no, text: '面霜多少毫升？', choices: ['30', '50'], starts_at: at(starts), ends_at: at(starts + 10), mine: null, right: null,
})
// Two questions of ten and twenty seconds with five between.
const card = (changes: Partial<QuizCard> = {}): QuizCard => ({
  draw_id: 7, state: 'open', seconds: [10, 20], questions: [question(1, 0)], next_at: at(15), now: at(1), is_right: null, ...changes,
})

describe('where a quiz stands', () => {
  const is = (quiz: QuizCard, s: number) => momentOf(quiz, START + s * 1_000).is

  it('is on to the end of the question, half-open, then pauses until the next', () => {
    expect([is(card(), 0), is(card(), 9.999), is(card(), 10), is(card(), 14.999), is(card(), 15)]).toEqual(['on', 'on', 'pause', 'pause', 'asking'])
    expect(momentOf(card(), START + 12_000)).toEqual({ is: 'pause', no: 2, until: at(15) })
  })
  it('is over after the last, and before the first it has not begun', () => {
    const whole = card({ questions: [question(1, 0), question(2, 15)], next_at: null })
    expect([is(whole, 20), is(whole, 25)]).toEqual(['on', 'over'])
    expect(is(card({ questions: [], next_at: null }), 0)).toBe('before')
  })
})

describe('asking for the next question', () => {
  it('never comes early, and is spread over a part of its time, three seconds at most', () => {
    expect([askIn([card()], 0), askIn([card()], 1)]).toEqual([14_000, 17_000])
    expect(askIn([card({ seconds: [10, 8] })], 0.5)).toBe(14_600)
    expect(askIn([card({ seconds: [10, 300] })], 1)).toBe(17_000)
  })
  it('waits for the soonest, and for none where none comes', () => {
    expect(askIn([card(), card({ next_at: at(6) })], 0)).toBe(5_000)
    expect(askIn([card({ next_at: null })], 0)).toBeNull()
  })
})

describe('the quizzes of a room', () => {
  beforeEach(() => {
    setActivePinia(createPinia())
    vi.useFakeTimers()
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })

  /** Answers each call in turn; returns the paths that were asked. */
  function server(...turns: (object | 'broken')[]): string[] {
    const asked: string[] = []
    vi.stubGlobal('fetch', (url: string) => {
      asked.push(url)
      const turn = turns.shift()
      return turn === 'broken' || !turn ? Promise.reject(new TypeError('broken')) : Promise.resolve(new Response(JSON.stringify(turn)))
    })
    return asked
  }

  it('asks at the moment at which the next question begins, and again when the line is broken', async () => {
    const second = card({ questions: [question(1, 0), question(2, 15)], next_at: null, now: at(16) })
    const asked = server([card()], 'broken', [second])
    const quizzes = useQuizzes()
    quizzes.follow()
    await vi.advanceTimersByTimeAsync(15_499)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(asked).toHaveLength(3)
    expect(quizzes.list[0]?.questions.map((one) => one.no)).toEqual([1, 2])
    await vi.advanceTimersByTimeAsync(600_000)
    expect(asked).toHaveLength(3)
  })

  it('asks no more once stopped, even when an answer was on its way', async () => {
    const asked = server([card()])
    const quizzes = useQuizzes()
    quizzes.follow()
    quizzes.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(1)
  })

  it('keeps the receipt of an answer, and shows the place at once', async () => {
    server([card()], { draw_id: 7, no: 1, choice: 2, place: 5, token: 'abc', kept_out: '', answered_at: at(2) })
    const quizzes = useQuizzes()
    useDraws().list = [{ id: 7, entry: null } as DrawCard]
    await quizzes.refresh()
    await quizzes.answer(7, 1, 2, '')
    expect(quizzes.list[0]?.questions[0]?.mine).toBe(2)
    expect(useDraws().list[0]?.entry?.place).toBe(5)
    expect(receiptOf('draw', 7)).toEqual({ place: 5, token: 'abc', answers: { 1: 2 } })
  })

  it('keeps no receipt for who is kept out', async () => {
    server([card({ draw_id: 8 })], { draw_id: 8, no: 1, choice: null, place: null, token: 'abc', kept_out: 'staff', answered_at: null })
    const quizzes = useQuizzes()
    useDraws().list = [{ id: 8, entry: null } as DrawCard]
    await quizzes.refresh()
    await quizzes.answer(8, 1, 2, '')
    expect(useDraws().list[0]?.entry).toEqual({ place: null, token: 'abc', kept_out: 'staff' })
    expect(receiptOf('draw', 8)).toBeNull()
  })
})
