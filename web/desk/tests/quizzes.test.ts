import { describe, expect, it } from 'vitest'
import { draftOf, lacksOf, lastsS, newQuestion, quizBody, stageOf, type Quiz, type QuizQuestion } from '../src/lib/quizzes'

const asked = (changes: Partial<QuizQuestion> = {}): QuizQuestion => ({ text: '面霜多少毫升？', choices: ['30', '50'], right: 2, seconds: 10, ...changes })

describe('writing a quiz', () => {
  it('leaves lines and questions out that are empty, and keeps what is right', () => {
    const questions = [asked({ choices: ['', '30', ' ', '50'], right: 4 }), newQuestion(), asked({ choices: ['30', '50', ''], right: 3 })]
    expect(quizBody({ questions, pause_s: 5 })).toEqual({
      questions: [{ text: '面霜多少毫升？', choices: ['30', '50'], seconds: 10 }, { text: '面霜多少毫升？', choices: ['30', '50'], seconds: 10 }],
      rights: [2, 0],
      pause_s: 5,
    })
  })
  it('says what a question lacks, and asks nothing of an empty one', () => {
    expect([lacksOf(asked()), lacksOf(newQuestion())]).toEqual([[], []])
    expect(lacksOf({ text: ' ', choices: ['30', '30'], right: 0, seconds: null })).toEqual(['text', 'choices', 'right', 'seconds'])
    expect(lacksOf(asked({ choices: ['30', '50', ''], right: 3 }))).toEqual(['right'])
  })
  it('comes back from the server as it was written', () => {
    const quiz: Quiz = { questions: [{ text: '问', choices: ['一'], seconds: null }], pause_s: 3, rights: [0], opened_at: null, tally: [], still_right: null, now: '' }
    expect(draftOf(quiz)).toEqual({ questions: [{ text: '问', choices: ['一', ''], right: 0, seconds: null }], pause_s: 3 })
  })
})

describe('the schedule', () => {
  const quiz = { questions: [asked(), asked({ seconds: 20 })], pause_s: 5 }
  const open: Quiz = { ...quiz, rights: [], opened_at: '2026-11-21T12:00:00Z', tally: [], still_right: null, now: '' }
  const at = (s: number) => Date.parse('2026-11-21T12:00:00Z') + s * 1_000

  it('has a pause between two questions and none after the last', () => {
    expect([lastsS(quiz), lastsS({ questions: [], pause_s: 5 }), lastsS({ questions: [asked()], pause_s: 5 })]).toEqual([35, 0, 10])
  })
  it('puts one question on the air after the other', () => {
    expect([0, 9.9, 10, 14.9, 15, 34.9, 35].map((s) => stageOf(open, at(s)))).toEqual([
      { is: 'on', no: 1, until: at(10) }, { is: 'on', no: 1, until: at(10) },
      { is: 'pause', no: 2, until: at(15) }, { is: 'pause', no: 2, until: at(15) },
      { is: 'on', no: 2, until: at(35) }, { is: 'on', no: 2, until: at(35) },
      { is: 'over' },
    ])
  })
})
