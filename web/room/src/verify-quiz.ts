/** Recompute a quiz from its public file, as `docs/verify_quiz.py` does, in the browser. */

import { sha } from './hash'
import type { Receipt } from './receipts'

export interface QuizProof {
  commit: string
  pause_s: number
  questions: { text: string; choices: string[]; seconds: number | null }[]
  salt: string
  rights: number[]
  entries: string[]
  answers: [place: number, no: number, choice: number][]
  head: string
  barred: number[]
}

export type QuizCheck = 'questions' | 'answers' | 'barred'

/** Whether questions and what is right were sealed, the answers given so, and who was wrong barred. */
export async function verifyQuiz(proof: QuizProof): Promise<Record<QuizCheck, boolean>> {
  const asked = proof.questions.map(({ text, choices, seconds }) => [text, choices, seconds])
  const whole = JSON.stringify([proof.salt, asked, proof.pause_s, proof.rights])
  const said = new Map<string, number>()
  let head = proof.commit
  for (const [place, no, choice] of proof.answers) {
    head = await sha(`${head}${proof.entries[place - 1]}:${no}:${choice}`)
    if (!said.has(`${place}:${no}`)) said.set(`${place}:${no}`, choice)
  }
  const barred = new Set(proof.barred)
  const wasWrong = (place: number) => proof.rights.some((right, index) => said.get(`${place}:${index + 1}`) !== right)
  return {
    questions: (await sha(whole)) === proof.commit,
    answers: head === proof.head && said.size === proof.answers.length,
    // Who was right and is barred all the same belongs to the shop.
    barred: proof.entries.every((_, index) => !wasWrong(index + 1) || barred.has(index + 1)),
  }
}

/** Whether what a phone was told stands in the file: its token at its place, with its answers. */
export function standsInQuiz(proof: QuizProof, kept: Receipt): boolean {
  const said = proof.answers.filter(([place]) => place === kept.place)
  const mine = kept.answers ?? {}
  return (
    proof.entries[kept.place - 1] === kept.token &&
    Object.entries(mine).every(([no, choice]) => said.some((one) => one[1] === Number(no) && one[2] === choice))
  )
}
