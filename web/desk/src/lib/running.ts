/** Where a show is in its run: what is on air, what is next, how late. */

interface Slot {
  link_no: number
  starts_minute: number
  minutes: number
}

export interface Where<T extends Slot> {
  now: T | null
  next: T | null
  /** Minutes behind (positive) or ahead (negative) of the plan; 0 when on time. */
  lateMinutes: number
  /** Link numbers that were passed already. */
  done: Set<number>
}

/**
 * `onAir` is the link being explained, `last` the one explained before it when nothing is.
 *
 * A show is late by what the item on air has run beyond its planned end; between items, by how
 * long the next one should have begun. It is early when an item began before its planned start.
 */
export function whereInRun<T extends Slot>(
  run: readonly T[],
  at: { minute: number; onAir: number | null; last: number | null },
): Where<T> {
  const index = run.findIndex((item) => item.link_no === (at.onAir ?? at.last))
  const now = at.onAir === null ? null : (run[index] ?? null)
  const next = run[index + 1] ?? null
  const passed = run.slice(0, at.onAir === null ? index + 1 : Math.max(0, index))
  const done = new Set(passed.map((item) => item.link_no))
  return { now, next, done, lateMinutes: lateness(at.minute, now, next) }
}

function lateness(minute: number, now: Slot | null, next: Slot | null): number {
  if (now) {
    const over = minute - (now.starts_minute + now.minutes)
    if (over > 0) return Math.floor(over)
    return minute < now.starts_minute ? -Math.ceil(now.starts_minute - minute) : 0
  }
  const due = next ? minute - next.starts_minute : 0
  return due > 0 ? Math.floor(due) : 0
}
