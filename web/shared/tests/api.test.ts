import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApi, Refused } from '../src/api'
import { newKey } from '../src/keys'
import { refusalText } from '../src/refusal'
import { ServerClock } from '../src/server-clock'

afterEach(() => vi.unstubAllGlobals())

function answer(status: number, body: unknown): ReturnType<typeof vi.fn> {
  const fetch = vi.fn(() => Promise.resolve(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })))
  vi.stubGlobal('fetch', fetch)
  return fetch
}

const refusedBy = async (call: Promise<unknown>) => {
  const error = await call.then(() => null, (reason: unknown) => reason)
  expect(error).toBeInstanceOf(Refused)
  return error as Refused
}

describe('the HTTP client', () => {
  it('sends bearer, language and a key with every POST', async () => {
    const fetch = answer(200, { no: 'A1' })
    const api = createApi({ token: () => 'abc', language: () => 'en' })
    await expect(api.post('/my/orders', { units: 1 }, { key: 'k-1' })).resolves.toEqual({ no: 'A1' })
    const [url, init] = fetch.mock.calls[0] as [string, RequestInit]
    const headers = init.headers as Headers
    expect(url).toBe('/api/my/orders')
    expect(init.body).toBe('{"units":1}')
    expect(headers.get('Authorization')).toBe('Bearer abc')
    expect(headers.get('Accept-Language')).toBe('en')
    expect(headers.get('Idempotency-Key')).toBe('k-1')
  })

  it('sends a file with what is said of it, and takes a file as the answer', async () => {
    const fetch = answer(200, 'a,b')
    const file = new File(['x'], 'x.csv')
    await createApi().upload('/x', file, { fields: { zone: 'Asia/Shanghai' } }).catch(() => null)
    const form = (fetch.mock.calls[0] as [string, RequestInit])[1].body as FormData
    expect([(form.get('file') as File).name, form.get('zone')]).toEqual(['x.csv', 'Asia/Shanghai'])
    answer(200, 'a,b')
    expect(await (await createApi().uploadForFile('/x.csv', file)).text()).toBe('a,b')
    answer(404, { code: 'no_such_provider', message: '没有', data: {} })
    expect((await refusedBy(createApi().uploadForFile('/x.csv', file))).code).toBe('no_such_provider')
  })

  it('asks why words may go out, and sends them again under the same key', async () => {
    const warned = { code: 'words_unconfirmed', message: '需要核实', data: {} }
    const answers = [new Response(JSON.stringify(warned), { status: 409 }), new Response('{"ok":1}')]
    const fetch = vi.fn(() => Promise.resolve(answers.shift() as Response))
    vi.stubGlobal('fetch', fetch)
    const because = vi.fn(() => Promise.resolve('小票已存档'))
    await expect(createApi({ because }).post('/notice', { text: 'x' })).resolves.toEqual({ ok: 1 })
    const sent = fetch.mock.calls.map((call) => ((call as unknown as [string, RequestInit])[1].headers as Headers))
    expect(sent.map((one) => one.get('X-Kaibo-Reason'))).toEqual([null, encodeURIComponent('小票已存档')])
    expect(sent[0]?.get('Idempotency-Key')).toBe(sent[1]?.get('Idempotency-Key'))
    answer(409, warned)
    expect((await refusedBy(createApi({ because: () => Promise.resolve(null) }).post('/x'))).code).toBe('words_unconfirmed')
    expect((await refusedBy(createApi().post('/x'))).code).toBe('words_unconfirmed')
  })

  it('turns a refusal into its code, text and numbers', async () => {
    answer(409, { code: 'sold_out', message: '已抢光', data: { units_left: 0 } })
    const refused = await refusedBy(createApi().post('/x'))
    expect([refused.code, refused.message, refused.data, refused.status]).toEqual(['sold_out', '已抢光', { units_left: 0 }, 409])
    expect(refused.isUnknown).toBe(false)
  })

  it('does not pretend to know what happened when the line broke', async () => {
    vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new TypeError('failed'))))
    const refused = await refusedBy(createApi().get('/x'))
    expect([refused.code, refused.isUnknown]).toEqual(['offline', true])
  })

  it('survives pages and broken text where JSON was due', async () => {
    answer(500, '<html>boom</html>')
    expect((await refusedBy(createApi().get('/x'))).code).toBe('http_500')
    answer(200, '<html>')
    expect((await refusedBy(createApi().get('/x'))).code).toBe('broken_answer')
    answer(422, { detail: [{ loc: ['body', 'units'] }] })
    expect((await refusedBy(createApi().get('/x'))).code).toBe('bad_request')
  })
})

it("prefers the page's words, then the server's, then a general sentence", () => {
  const words: Record<string, string> = { 'refused.sold_out': '本页说：抢光', 'common.refused.unknown': '没成功' }
  const texts = { t: (key: string) => words[key] ?? key, te: (key: string) => key in words }
  const refused = (code: string, message: string) => new Refused({ code, message, data: {} }, 409)
  expect(refusalText(texts, refused('sold_out', '服务器说'))).toBe('本页说：抢光')
  expect(refusalText(texts, refused('x', '服务器说'))).toBe('服务器说')
  expect(refusalText(texts, refused('x', ''))).toBe('没成功')
  expect(refusalText(texts, new Error('bug'))).toBe('没成功')
})

it('makes keys that are version-4 UUIDs and differ', () => {
  expect(newKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(newKey()).not.toBe(newKey())
})

it('takes the least delayed stamp for the truth about the clock', () => {
  let local = 1_000
  const clock = new ServerClock(() => local)
  clock.heard(5_900) // 100 ms late
  local = 2_000
  clock.heard(6_980) // 20 ms late
  local = 3_000
  clock.heard(7_500) // 500 ms late
  expect(clock.offsetMs).toBe(4_980)
  expect(clock.now()).toBe(7_980)
})
