import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NoAnswer, RoomSocket, waitBeforeMs, type SocketStatus } from '../src/socket'
import { CLOSE, type ServerMessage } from '../src/wire'

class FakeSocket {
  static readonly OPEN = 1
  static made: FakeSocket[] = []
  static get last(): FakeSocket {
    return FakeSocket.made[FakeSocket.made.length - 1] as FakeSocket
  }

  readyState = 0
  sent: Record<string, unknown>[] = []
  onopen: () => void = () => undefined
  onmessage: (event: { data: string }) => void = () => undefined
  onclose: (event: { code: number }) => void = () => undefined

  constructor(readonly url: string) {
    FakeSocket.made.push(this)
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>)
  }

  close(): void {
    this.readyState = 3
  }

  open(): void {
    this.readyState = 1
    this.onopen()
  }

  hear(frame: object): void {
    this.onmessage({ data: JSON.stringify(frame) })
  }

  drop(code: number): void {
    this.readyState = 3
    this.onclose({ code })
  }
}

const welcome = (resumed = false) =>
  ({ t: 'welcome', protocol: 1, viewer: null, staff: false, epoch: 'e1', at: 1, tick_ms: 200, resumed })
const tick = (seq: number) => ({ t: 'tick', seq, at: 2, events: [], counters: null, chat: null, board: null })

let statuses: [SocketStatus, number][]
let frames: ServerMessage[]
let renewals: boolean[]
let socket: RoomSocket

beforeEach(async () => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.made = []
  statuses = []
  frames = []
  renewals = []
  socket = new RoomSocket({
    url: 'ws://test/ws',
    token: (renew) => {
      renewals.push(renew)
      return Promise.resolve('token')
    },
    onFrame: (frame) => frames.push(frame),
    onStatus: (status, code) => statuses.push([status, code]),
    random: () => 0.5,
  })
  socket.start()
  await vi.advanceTimersByTimeAsync(0)
})

afterEach(() => {
  socket.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function join(): FakeSocket {
  const link = FakeSocket.last
  link.open()
  link.hear(welcome())
  return link
}

describe('joining', () => {
  it('sends the token first and a beat once welcome', () => {
    const link = join()
    expect(link.sent[0]).toEqual({ t: 'join', token: 'token', resume: null })
    expect(link.sent[1]).toMatchObject({ t: 'beat' })
    expect(statuses.at(-1)).toEqual(['open', 0])
  })

  it('sends nothing before it is welcome', () => {
    FakeSocket.last.open()
    expect(socket.send({ t: 'like', n: 1 })).toBe(false)
  })
})

describe('coming back', () => {
  it('resumes after the last control event it has seen', async () => {
    const link = join()
    link.hear(tick(41))
    link.drop(1006)
    expect(statuses.at(-1)).toEqual(['waiting', 1006])
    await vi.advanceTimersByTimeAsync(400)
    FakeSocket.last.open()
    expect(FakeSocket.last.sent[0]).toEqual({ t: 'join', token: 'token', resume: { epoch: 'e1', seq: 41 } })
    FakeSocket.last.hear(welcome(true))
    FakeSocket.last.hear(tick(42))
    FakeSocket.last.drop(1012)
    await vi.advanceTimersByTimeAsync(400)
    FakeSocket.last.open()
    expect(FakeSocket.last.sent[0]).toMatchObject({ resume: { epoch: 'e1', seq: 42 } })
  })

  it('renews a refused token once, then gives up', async () => {
    FakeSocket.last.open()
    FakeSocket.last.drop(CLOSE.bad_token)
    await vi.advanceTimersByTimeAsync(0)
    expect(renewals).toEqual([false, true])
    FakeSocket.last.open()
    FakeSocket.last.drop(CLOSE.bad_token)
    expect(statuses.at(-1)).toEqual(['closed', CLOSE.bad_token])
  })

  it.each([CLOSE.not_admitted, CLOSE.no_such_room, CLOSE.replaced, CLOSE.ended])(
    'does not come back after %i',
    async (code) => {
      join().drop(code)
      await vi.advanceTimersByTimeAsync(60_000)
      expect(FakeSocket.made).toHaveLength(1)
      expect(statuses.at(-1)).toEqual(['closed', code])
    },
  )

  it('takes long silence for a broken line', async () => {
    join()
    await vi.advanceTimersByTimeAsync(21_000)
    expect(FakeSocket.made.length).toBeGreaterThan(1)
  })

  it('waits longer each time, never over the limit, and longer when crowded', () => {
    expect([0, 1, 2, 3].map((tries) => waitBeforeMs(tries, 1006, 1))).toEqual([500, 900, 1700, 3300])
    expect(waitBeforeMs(50, 1006, 1)).toBe(15_100)
    expect(waitBeforeMs(0, 1006, 0)).toBe(100)
    expect(waitBeforeMs(0, CLOSE.too_many, 0)).toBe(5_000)
  })
})

describe('asking', () => {
  it('gives the answer with the same ref', async () => {
    const link = join()
    const asked = socket.ask({ t: 'chat', text: '你好', reply_to: null })
    const { ref } = link.sent.at(-1) as { ref: string }
    link.hear({ t: 'answer', ref: 'other', ok: false, code: 'x', message: null, data: null })
    link.hear({ t: 'answer', ref, ok: true, code: 'shown', message: null, data: null })
    await expect(asked).resolves.toMatchObject({ ok: true, code: 'shown' })
  })

  it('repeats a claim with the same key after a break, but not a line of chat', async () => {
    const link = join()
    const chat = expect(socket.ask({ t: 'chat', text: '你好', reply_to: null })).rejects.toBeInstanceOf(NoAnswer)
    const claim = socket.ask({ t: 'claim', sale_id: 1, units: 1, key: 'k1' }, true)
    link.drop(1006)
    await chat
    await vi.advanceTimersByTimeAsync(400)
    const next = join()
    const again = next.sent.filter((frame) => frame.t === 'claim')
    expect(again).toEqual([expect.objectContaining({ sale_id: 1, key: 'k1' })])
    next.hear({ t: 'answer', ref: again[0]?.ref, ok: true, code: 'won', message: null, data: null })
    await expect(claim).resolves.toMatchObject({ code: 'won' })
  })

  it('gives up when no answer comes', async () => {
    join()
    const asked = expect(socket.ask({ t: 'claim', sale_id: 1, units: 1, key: 'k' }, true)).rejects.toBeInstanceOf(NoAnswer)
    await vi.advanceTimersByTimeAsync(13_000)
    await asked
  })
})
