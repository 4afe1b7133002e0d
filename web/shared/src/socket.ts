/**
 * The room socket: joins with a token, resumes by sequence number after a break, and comes
 * back by itself with jittered back-off. It knows frames, not what they mean to a page.
 */

import { newKey } from './keys'
import { CLOSE, type Answer, type ClientMessage, type Resume, type ServerMessage } from './wire'

export type SocketStatus = 'connecting' | 'open' | 'waiting' | 'closed'

export interface SocketOptions {
  url: string
  /** `renew` is true when the server refused the last token. */
  token: (renew: boolean) => Promise<string>
  onFrame: (frame: ServerMessage) => void
  /** `code` is the close code that led to `waiting` or `closed`, 0 when there was none. */
  onStatus: (status: SocketStatus, code: number) => void
  random?: () => number
}

/** A request that got no answer in time; the server may or may not have acted on it. */
export class NoAnswer extends Error {
  constructor() {
    super('no answer from the room')
    this.name = 'NoAnswer'
  }
}

interface Waiting {
  text: string
  repeatable: boolean
  timer: ReturnType<typeof setTimeout>
  resolve: (answer: Answer) => void
  reject: (error: NoAnswer) => void
}

const FIRST_WAIT_MS = 400
const WAIT_MS_MAX = 15_000
const CROWDED_WAIT_MS = 5_000
const BEAT_MS = 10_000
/** A healthy room speaks at least every five seconds. */
const SILENCE_MS = 20_000
const ANSWER_MS = 12_000

/** Coming back would only be refused again. */
const FINAL: readonly number[] = [
  CLOSE.not_admitted, CLOSE.no_such_room, CLOSE.replaced, CLOSE.ended,
]

/** How long to wait before try number `tries` (from 0): full jitter under a doubling limit. */
export function waitBeforeMs(tries: number, code: number, random: number): number {
  const limit = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(tries, 10))
  const least = code === CLOSE.too_many || code === CLOSE.limited ? CROWDED_WAIT_MS : 100
  return Math.round(least + random * limit)
}

type Distribute<T> = T extends { ref: string } ? Omit<T, 'ref'> : never
export type Ask = Distribute<ClientMessage>

export class RoomSocket {
  private socket: WebSocket | null = null
  private tries = 0
  private tokenRenewals = 0
  private resume: Resume | null = null
  private stopped = false
  private joined = false
  private retry: ReturnType<typeof setTimeout> | undefined
  private silence: ReturnType<typeof setTimeout> | undefined
  private beat: ReturnType<typeof setInterval> | undefined
  private readonly asked = new Map<string, Waiting>()

  constructor(private readonly options: SocketOptions) {}

  start(): void {
    window.addEventListener('online', this.hurry)
    document.addEventListener('visibilitychange', this.looked)
    void this.connect(false)
  }

  /** Close for good; open requests are rejected. */
  stop(): void {
    this.finish(0)
    this.socket?.close(1000)
  }

  /** Send a frame that needs no answer; dropped when the socket is not open. */
  send(frame: Exclude<ClientMessage, { ref: string } | { t: 'join' }>): boolean {
    if (!this.joined || this.socket?.readyState !== WebSocket.OPEN) return false
    this.socket.send(JSON.stringify(frame))
    return true
  }

  /**
   * Send a frame and wait for the answer with its `ref`.
   *
   * A `repeatable` request (one with its own key) is sent again after a break; any other is
   * given up then, because the server may have acted on it already.
   */
  ask(frame: Ask, repeatable = false): Promise<Answer> {
    const ref = newKey()
    const text = JSON.stringify({ ...frame, ref })
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.asked.delete(ref)
        reject(new NoAnswer())
      }, ANSWER_MS)
      this.asked.set(ref, { text, repeatable, timer, resolve, reject })
      if (this.joined && this.socket?.readyState === WebSocket.OPEN) this.socket.send(text)
      else if (!repeatable) this.giveUp(ref)
    })
  }

  private async connect(renewToken: boolean): Promise<void> {
    if (this.stopped) return
    this.options.onStatus('connecting', 0)
    let token: string
    try {
      token = await this.options.token(renewToken)
    } catch {
      this.later(0)
      return
    }
    if (this.stopped) return
    const socket = new WebSocket(this.options.url)
    this.socket = socket
    socket.onopen = () => {
      socket.send(JSON.stringify({ t: 'join', token, resume: this.resume }))
    }
    socket.onmessage = (message) => this.read(String(message.data))
    socket.onclose = (event) => {
      if (this.socket === socket) this.closed(event.code)
    }
    this.listen()
  }

  private read(text: string): void {
    this.listen()
    const frame = JSON.parse(text) as ServerMessage
    if (frame.t === 'welcome') this.welcomed(frame.epoch, frame.resumed)
    if (frame.t === 'snapshot' || frame.t === 'tick') {
      if (this.resume) this.resume.seq = frame.seq
    }
    if (frame.t === 'answer') this.answered(frame)
    this.options.onFrame(frame)
  }

  private welcomed(epoch: string, resumed: boolean): void {
    this.tries = 0
    this.tokenRenewals = 0
    if (!resumed) this.resume = { epoch, seq: 0 }
    this.joined = true
    this.sendBeat()
    clearInterval(this.beat)
    this.beat = setInterval(this.sendBeat, BEAT_MS)
    for (const waiting of this.asked.values()) this.socket?.send(waiting.text)
    this.options.onStatus('open', 0)
  }

  private answered(answer: Answer): void {
    const waiting = this.asked.get(answer.ref)
    if (!waiting) return
    clearTimeout(waiting.timer)
    this.asked.delete(answer.ref)
    waiting.resolve(answer)
  }

  private closed(code: number): void {
    this.joined = false
    this.socket = null
    clearInterval(this.beat)
    clearTimeout(this.silence)
    if (this.stopped) return
    for (const [ref, waiting] of this.asked) if (!waiting.repeatable) this.giveUp(ref)
    if (code === CLOSE.bad_token && this.tokenRenewals < 1) {
      this.tokenRenewals += 1
      void this.connect(true)
    } else if (code === CLOSE.bad_token || FINAL.includes(code)) {
      this.finish(code)
    } else {
      this.later(code)
    }
  }

  private later(code: number): void {
    const random = (this.options.random ?? Math.random)()
    this.options.onStatus('waiting', code)
    clearTimeout(this.retry)
    this.retry = setTimeout(() => void this.connect(false), waitBeforeMs(this.tries, code, random))
    this.tries += 1
  }

  private finish(code: number): void {
    this.stopped = true
    this.joined = false
    clearTimeout(this.retry)
    clearTimeout(this.silence)
    clearInterval(this.beat)
    window.removeEventListener('online', this.hurry)
    document.removeEventListener('visibilitychange', this.looked)
    for (const ref of [...this.asked.keys()]) this.giveUp(ref)
    this.options.onStatus('closed', code)
  }

  private giveUp(ref: string): void {
    const waiting = this.asked.get(ref)
    if (!waiting) return
    clearTimeout(waiting.timer)
    this.asked.delete(ref)
    waiting.reject(new NoAnswer())
  }

  /** A half-open connection never reports its end, so long silence counts as one. */
  private listen(): void {
    clearTimeout(this.silence)
    this.silence = setTimeout(() => {
      const socket = this.socket
      if (!socket) return
      this.closed(0)
      socket.close()
    }, SILENCE_MS)
  }

  private readonly sendBeat = () => {
    this.send({ t: 'beat', watching: document.visibilityState === 'visible' })
  }

  private readonly looked = () => {
    this.sendBeat()
    if (document.visibilityState === 'visible') this.hurry()
  }

  /** The network or the person is back: try now instead of waiting out the delay. */
  private readonly hurry = () => {
    if (this.stopped || this.socket) return
    clearTimeout(this.retry)
    this.tries = 0
    void this.connect(false)
  }
}

/** `/ws` on the page's own host, with the matching scheme. */
export function socketUrl(path: string): string {
  const { protocol, host } = window.location
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}${path}`
}
