/**
 * What the server answered when this phone took part, kept here: the proof pages hold the public
 * file against it, so that nobody has to believe the server about it later.
 */

import { keep, kept } from './kept'

export interface Receipt {
  place: number
  token: string
  /** The choice by question, of a quiz. */
  answers?: Record<number, number>
  /** Of a red packet. */
  fen?: number
}

type Kind = 'draw' | 'packet'

const nameOf = (kind: Kind, id: number | string) => `receipt.${kind}.${id}`

export function receiptOf(kind: Kind, id: number | string): Receipt | null {
  try {
    return JSON.parse(kept(nameOf(kind, id)) ?? 'null') as Receipt | null
  } catch {
    return null
  }
}

/** Place and token stand as they were first said; later answers of a quiz are added. */
export function keepReceipt(kind: Kind, id: number, said: Receipt): void {
  const before = receiptOf(kind, id)
  const answers = said.answers && { answers: { ...said.answers, ...before?.answers } }
  keep(nameOf(kind, id), JSON.stringify({ ...said, ...before, ...answers }))
}
