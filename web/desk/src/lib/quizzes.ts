/** Quizzes (答题) of draws at the desk: written in a draft, watched while they run. */

import { api } from '../api'

export interface QuizQuestion {
  text: string
  choices: string[]
  /** 1 is the first choice; 0 is not said yet. */
  right: number
  seconds: number | null
}

export interface QuizDraft {
  questions: QuizQuestion[]
  pause_s: number
}

/** How a question that has begun was answered; each choice apart after closing only. */
export interface Tally {
  no: number
  answers: number
  by_choice: number[]
}

export interface Quiz {
  questions: { text: string; choices: string[]; seconds: number | null }[]
  pause_s: number
  /** In a draft and after closing only. */
  rights: number[]
  opened_at: string | null
  tally: Tally[]
  /** How many were right in every question that is over. */
  still_right: number | null
  now: string
}

export const QUESTIONS_MAX = 20
export const CHOICES_MAX = 4

export const readQuiz = (draw: number) => api.get<Quiz>(`/desk/draws/${draw}/quiz`)
export const saveQuiz = (draw: number, quiz: QuizDraft) => api.put<Quiz>(`/desk/draws/${draw}/quiz`, quizBody(quiz))

export const newQuestion = (): QuizQuestion => ({ text: '', choices: ['', ''], right: 0, seconds: 15 })
export const newQuiz = (asks: boolean): QuizDraft => ({ questions: asks ? [newQuestion()] : [], pause_s: 5 })

export function draftOf(quiz: Quiz): QuizDraft {
  const questions = quiz.questions.map(({ text, choices, seconds }, index) => ({
    text, choices: [...choices, '', ''].slice(0, Math.max(2, choices.length)), right: quiz.rights[index] ?? 0, seconds,
  }))
  return { questions, pause_s: quiz.pause_s }
}

const isBlank = (text: string | undefined) => !text?.trim()
const isEmpty = ({ text, choices }: QuizQuestion) => isBlank(text) && choices.every(isBlank)

/** What the API takes; lines and questions left empty are none. */
export function quizBody({ questions, pause_s }: QuizDraft): Record<string, unknown> {
  const kept = questions.filter((one) => !isEmpty(one))
  return {
    questions: kept.map(({ text, choices, seconds }) => ({ text, choices: choices.filter((choice) => !isBlank(choice)), seconds })),
    rights: kept.map(({ choices, right }) => (isBlank(choices[right - 1]) ? 0 : choices.slice(0, right).filter((choice) => !isBlank(choice)).length)),
    pause_s,
  }
}

export type Lack = 'text' | 'choices' | 'right' | 'seconds'

/** What a question lacks before it can be published, as the server asks; nothing of an empty one. */
export function lacksOf(question: QuizQuestion): Lack[] {
  if (isEmpty(question)) return []
  const choices = question.choices.map((one) => one.trim()).filter(Boolean)
  const found: Lack[] = []
  if (isBlank(question.text)) found.push('text')
  if (choices.length < 2 || new Set(choices).size < choices.length) found.push('choices')
  if (isBlank(question.choices[question.right - 1])) found.push('right')
  if (question.seconds === null) found.push('seconds')
  return found
}

/** From the opening to the end of the last question. */
export function lastsS({ questions, pause_s }: { questions: { seconds: number | null }[]; pause_s: number }): number {
  return questions.reduce((sum, { seconds }) => sum + (seconds ?? 0) + pause_s, 0) - (questions.length ? pause_s : 0)
}

export type Stage = { is: 'on' | 'pause'; no: number; until: number } | { is: 'over' }

/** Which question is on the air, or comes next, by the server's clock. */
export function stageOf(quiz: Quiz, now: number): Stage {
  let at = Date.parse(quiz.opened_at ?? '')
  for (const [index, { seconds }] of quiz.questions.entries()) {
    if (now < at) return { is: 'pause', no: index + 1, until: at }
    at += (seconds ?? 0) * 1_000
    if (now < at) return { is: 'on', no: index + 1, until: at }
    at += quiz.pause_s * 1_000
  }
  return { is: 'over' }
}
