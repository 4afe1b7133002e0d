/** Fetches a file that may be long, tells how much of it has come, and saves it. */

import { Refused, type RefusalBody } from '@kaibo/shared'
import { i18n } from '../i18n'
import { downloadBlob } from './csv'

const nameOf = (answer: Response, address: string) =>
  /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? address.split('/').pop() ?? 'list'

async function refusalOf(answer: Response): Promise<Refused> {
  const body = (await answer.json().catch(() => null)) as RefusalBody | null
  return new Refused(body ?? { code: `http_${answer.status}`, message: '', data: {} }, answer.status)
}

/** `here` is told the bytes so far; a stop by `signal` saves nothing and says nothing. */
export async function takeFile(address: string, signal: AbortSignal, here: (bytes: number) => void): Promise<void> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  let answer: Response
  try {
    answer = await fetch(address, { credentials: 'same-origin', headers: { 'Accept-Language': i18n.global.locale.value }, signal })
    if (!answer.ok || !answer.body) throw await refusalOf(answer)
    const reader = answer.body.getReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      parts.push(piece.value)
      here((bytes += piece.value.length))
    }
  } catch (problem) {
    if (signal.aborted) return
    if (problem instanceof Refused) throw problem
    throw new Refused({ code: 'offline', message: '', data: {} }, 0)
  }
  downloadBlob(nameOf(answer, address), new Blob(parts, { type: answer.headers.get('Content-Type') ?? '' }))
}
