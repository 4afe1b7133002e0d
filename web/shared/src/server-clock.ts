/** The server's clock as seen from here: countdowns must not depend on a phone's clock. */

const SAMPLES_KEPT = 32

export class ServerClock {
  private samples: number[] = []

  constructor(private readonly local: () => number = Date.now) {}

  /** Note an instant (ms) the server has just sent. */
  heard(at: number): void {
    this.samples.push(at - this.local())
    if (this.samples.length > SAMPLES_KEPT) this.samples.shift()
  }

  /** A stamp is late by its way over the network, so the largest difference is the truest. */
  get offsetMs(): number {
    return this.samples.length === 0 ? 0 : Math.max(...this.samples)
  }

  now(): number {
    return this.local() + this.offsetMs
  }

  /** Forget what was heard, for instance after the phone slept and its clock was set. */
  reset(): void {
    this.samples = []
  }
}
