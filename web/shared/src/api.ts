/** The HTTP client of both apps: JSON in, JSON out, every refusal one kind of error. */

import { newKey } from './keys'

export interface RefusalBody {
  code: string
  message: string
  data: Record<string, unknown>
}

/** The server said no, or could not be reached (`offline`, `timeout`, `broken_answer`). */
export class Refused extends Error {
  readonly code: string
  readonly data: Record<string, unknown>
  readonly status: number

  constructor(body: RefusalBody, status: number) {
    super(body.message)
    this.name = 'Refused'
    this.code = body.code
    this.data = body.data
    this.status = status
  }

  /** True when nothing is known about what the server did; repeat with the same key. */
  get isUnknown(): boolean {
    return this.status === 0 || this.status >= 502
  }
}

export interface ApiOptions {
  base?: string
  /** A viewer's bearer token; staff are known by their session cookie instead. */
  token?: () => string | null
  language?: () => string
  timeoutMs?: number
  /** Asks the person why words may go out in spite of a warning; `null`: they may not. */
  because?: (warned: Refused) => Promise<string | null>
}

export interface CallOptions {
  /** Keep the key of the first try when repeating a POST; a new one is made otherwise. */
  key?: string
  signal?: AbortSignal
  /** Longer than usual where a file is sent or read. */
  timeoutMs?: number
}

export interface Api {
  get<T>(path: string, options?: CallOptions): Promise<T>
  post<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  put<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  patch<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  delete<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  /** Sends a file as multipart form data, field `file` unless told otherwise. */
  upload<T>(path: string, file: File, more?: UploadOptions): Promise<T>
  /** As `upload`, where the answer is a file. */
  uploadForFile(path: string, file: File): Promise<Blob>
  /** A file that only the asker may have, such as a picture. */
  getFile(path: string): Promise<Blob>
  /** Something done whose answer is a file. */
  postForFile(path: string): Promise<Blob>
}

export interface UploadOptions {
  field?: string
  /** Fields of the form beside the file. */
  fields?: Record<string, string>
}

/** What a file of some megabytes may take on a slow line. */
const UPLOAD_TIMEOUT_MS = 120_000

const cookie = (name: string) =>
  document.cookie
    .split('; ')
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1)

function refusal(status: number, body: unknown): Refused {
  if (typeof body === 'object' && body !== null && 'code' in body) {
    const { code, message, data } = body as Partial<RefusalBody>
    return new Refused(
      { code: String(code), message: String(message ?? ''), data: data ?? {} },
      status,
    )
  }
  // Validation of the HTTP layer itself answers with `detail`.
  const detail = (body as { detail?: unknown } | null)?.detail
  return new Refused(
    { code: status === 422 ? 'bad_request' : `http_${status}`, message: '', data: { detail } },
    status,
  )
}

async function read<T>(answer: Response): Promise<T> {
  const text = await answer.text()
  let body: unknown = null
  try {
    body = text === '' ? null : JSON.parse(text)
  } catch {
    if (answer.ok) {
      throw new Refused({ code: 'broken_answer', message: '', data: {} }, answer.status)
    }
  }
  if (!answer.ok) throw refusal(answer.status, body)
  return body as T
}

const blobOf = (answer: Response) => (answer.ok ? answer.blob() : read<Blob>(answer))

function headersFor(method: string, options: ApiOptions, key: string, reason: string): Headers {
  const headers = new Headers({ Accept: 'application/json' })
  const token = options.token?.()
  if (token) headers.set('Authorization', `Bearer ${token}`)
  const language = options.language?.()
  if (language) headers.set('Accept-Language', language)
  if (method !== 'GET') {
    const csrf = cookie('csrftoken')
    if (csrf) headers.set('X-CSRFToken', csrf)
  }
  if (method === 'POST') headers.set('Idempotency-Key', key)
  // A header holds ASCII only.
  if (reason) headers.set('X-Kaibo-Reason', encodeURIComponent(reason))
  return headers
}

function formOf(file: File, more: UploadOptions): FormData {
  const form = new FormData()
  form.append(more.field ?? 'file', file)
  for (const [name, value] of Object.entries(more.fields ?? {})) form.append(name, value)
  return form
}

export function createApi(options: ApiOptions = {}): Api {
  const base = options.base ?? '/api'

  /** Sends once; what wants a reason is sent again with it, under the same key. */
  async function send<T>(
    method: string, path: string, body: unknown, call: CallOptions = {},
    take: (answer: Response) => Promise<T> = read,
  ): Promise<T> {
    const key = call.key ?? newKey()
    try {
      return await once(method, path, body, { ...call, key }, take)
    } catch (problem) {
      const isAsked = problem instanceof Refused && problem.code === 'words_unconfirmed'
      const reason = isAsked ? await options.because?.(problem) : null
      if (!reason) throw problem
      return once(method, path, body, { ...call, key, reason }, take)
    }
  }

  async function once<T>(
    method: string, path: string, body: unknown, call: CallOptions & { key: string; reason?: string },
    take: (answer: Response) => Promise<T>,
  ): Promise<T> {
    const headers = headersFor(method, options, call.key, call.reason ?? '')
    const isForm = body instanceof FormData
    if (body !== undefined && !isForm) headers.set('Content-Type', 'application/json')
    const timer = new AbortController()
    const timeout = setTimeout(() => timer.abort('timeout'), call.timeoutMs ?? options.timeoutMs ?? 15_000)
    call.signal?.addEventListener('abort', () => timer.abort('cancelled'))
    try {
      const answer = await fetch(base + path, {
        method,
        headers,
        credentials: 'same-origin',
        body: body === undefined ? undefined : isForm ? body : JSON.stringify(body),
        signal: timer.signal,
      })
      return await take(answer)
    } catch (error) {
      if (error instanceof Refused) throw error
      const code = timer.signal.aborted ? String(timer.signal.reason) : 'offline'
      throw new Refused({ code, message: '', data: {} }, 0)
    } finally {
      clearTimeout(timeout)
    }
  }

  return {
    get: (path, call) => send('GET', path, undefined, call),
    post: (path, body, call) => send('POST', path, body, call),
    put: (path, body, call) => send('PUT', path, body, call),
    patch: (path, body, call) => send('PATCH', path, body, call),
    delete: (path, body, call) => send('DELETE', path, body, call),
    upload: (path, file, more = {}) =>
      send('POST', path, formOf(file, more), { timeoutMs: UPLOAD_TIMEOUT_MS }),
    uploadForFile: (path, file) =>
      send('POST', path, formOf(file, {}), { timeoutMs: UPLOAD_TIMEOUT_MS }, blobOf),
    getFile: (path) => send('GET', path, undefined, { timeoutMs: UPLOAD_TIMEOUT_MS }, blobOf),
    postForFile: (path) => send('POST', path, undefined, { timeoutMs: UPLOAD_TIMEOUT_MS }, blobOf),
  }
}
