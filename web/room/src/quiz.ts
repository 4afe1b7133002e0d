/** Where a quiz stands by the server's clock, and when a page asks for the next question. */

import type { QuestionCard, QuizCard } from './types'

export type Moment =
  | { is: 'before' }
  | { is: 'on'; question: QuestionCard }
  | { is: 'pause'; no: number; until: string }
  /** The next question has begun and is on its way here. */
  | { is: 'asking'; no: number }
  /** All were asked; what is right comes when the draw is closed. */
  | { is: 'over' }

/** Half-open, as the server judges: at its very end a question is over. */
export function momentOf(card: QuizCard, now: number): Moment {
  const last = card.questions.at(-1)
  if (!last) return { is: 'before' }
  if (now < Date.parse(last.ends_at)) return { is: 'on', question: last }
  if (card.next_at === null) return { is: 'over' }
  const no = last.no + 1
  return now < Date.parse(card.next_at) ? { is: 'pause', no, until: card.next_at } : { is: 'asking', no }
}

const SPREAD_PART = 0.15
const SPREAD_MS_MAX = 3_000

/**
 * In how many ms to ask for the question that comes next; null where none does. The server's own
 * times are compared, so no phone asks too early, and `chance` (0 to 1) spreads them over a part
 * of the time to answer, so that a full room doesn't ask in one moment.
 */
export function askIn(cards: readonly QuizCard[], chance: number): number | null {
  const waits = cards.flatMap((card) => {
    if (card.next_at === null) return []
    const spread = Math.min(SPREAD_MS_MAX, (card.seconds[card.questions.length] ?? 0) * 1_000 * SPREAD_PART)
    return [Date.parse(card.next_at) - Date.parse(card.now) + chance * spread]
  })
  return waits.length === 0 ? null : Math.min(...waits)
}
