/** Recompute a draw from its public file, as `docs/verify_draw.py` does, with the browser's own SHA-256. */

import { sha } from './hash'

export interface Proof {
  draw: number
  state: string
  /** How many it asks; with any there is a quiz to verify too. */
  questions: number
  terms: { title: string }
  commit: string
  root: string
  seed: string
  entries: string[]
  prizes: [name: string, count: number][]
  barred: number[]
  winners: [place: number, prize: number][]
}

/** A quiz must be of this list, and of nobody else barred. */
export function isSameList(draw: Pick<Proof, 'entries' | 'barred'>, quiz: Pick<Proof, 'entries' | 'barred'>): boolean {
  return JSON.stringify([draw.entries, draw.barred]) === JSON.stringify([quiz.entries, quiz.barred])
}

export type Check = 'seed' | 'entries' | 'winners'

/** Whether each part of the file is what was promised: the seed, the list and its prizes, the winners. */
export async function verifyDraw(proof: Proof): Promise<Record<Check, boolean>> {
  let head = proof.commit
  for (const token of proof.entries) head = await sha(head + token)
  const sealed = JSON.stringify([proof.prizes, proof.barred])
  const barred = new Set(proof.barred)
  const free = proof.entries.map((token, index) => ({ token, place: index + 1 })).filter(({ place }) => !barred.has(place))
  const lots = await Promise.all(
    free.map(async ({ token, place }) => ({ place, lot: await sha(`${proof.seed}:${proof.root}:${token}`) })),
  )
  lots.sort((a, b) => (a.lot < b.lot ? -1 : 1))
  const units = proof.prizes.flatMap(([, count], index) => Array.from({ length: count }, () => index + 1))
  const winners = lots.slice(0, units.length).map(({ place }, index) => [place, units[index]])
  return {
    seed: (await sha(proof.seed)) === proof.commit,
    entries: (await sha(head + sealed)) === proof.root,
    winners: JSON.stringify(winners) === JSON.stringify(proof.winners),
  }
}
