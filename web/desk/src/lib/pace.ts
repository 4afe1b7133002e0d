/** Speed of something that only counts up, from samples taken now and then. */

const KEPT_MS = 6 * 60_000
const MINUTE_MS = 60_000

interface Sample {
  at: number
  value: number
}

export class Pace {
  private samples: Sample[] = []

  /** Notes the running total at an instant; a total that fell starts anew. */
  note(at: number, value: number): void {
    const last = this.samples[this.samples.length - 1]
    // A counter stands at nought until its first reading arrives; that leap is not a pace.
    if (last && (value < last.value || (last.value === 0 && value > 0))) this.samples = []
    if (last && last.at === at) this.samples.pop()
    this.samples.push({ at, value })
    while (this.samples[0] && this.samples[0].at < at - KEPT_MS) this.samples.shift()
  }

  private valueAt(at: number): number | null {
    const before = this.samples.filter((sample) => sample.at <= at)
    return before[before.length - 1]?.value ?? null
  }

  /** The gain over the last minute, or over what there is, scaled up after ten seconds. */
  perMinute(now: number): number | null {
    const [first, last] = [this.samples[0], this.samples[this.samples.length - 1]]
    if (!first || !last) return null
    const before = this.valueAt(now - MINUTE_MS)
    if (before !== null) return last.value - before
    const span = now - first.at
    return span < 10_000 ? null : ((last.value - first.value) * MINUTE_MS) / span
  }
}

/** Change of a value that goes both ways, such as people online. */
export class Level {
  private samples: Sample[] = []

  note(at: number, value: number): void {
    this.samples.push({ at, value })
    while (this.samples[0] && this.samples[0].at < at - KEPT_MS) this.samples.shift()
  }

  changeInMinute(now: number): number | null {
    const last = this.samples[this.samples.length - 1]
    const before = this.samples.filter((sample) => sample.at <= now - MINUTE_MS).pop()
    return last && before ? last.value - before.value : null
  }
}
