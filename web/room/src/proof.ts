/**
 * The proof of work that a room may ask for at its door: a challenge of the altcha library
 * (version 2, SHA-256), solved in a worker so that the page does not freeze.
 *
 * The browser's own SHA-256 in a short loop is all it takes, so no library comes with it. It
 * exists on https and on localhost only.
 */

export interface Challenge {
  parameters: { nonce: string; salt: string; keyPrefix: string }
  signature: string
}

export interface Solution {
  counter: number
  derivedKey: string
}

const bytesOf = (hex: string) =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
const hexOf = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export const canProve = () => 'subtle' in crypto

/** Try one counter after another; the server has seen to it that there is an end. */
export async function solve({ parameters }: Challenge): Promise<Solution> {
  const head = bytesOf(parameters.salt + parameters.nonce)
  const text = new Uint8Array(head.length + 4)
  text.set(head)
  const tail = new DataView(text.buffer, head.length)
  const prefix = bytesOf(parameters.keyPrefix)
  for (let counter = 0; ; counter += 1) {
    tail.setUint32(0, counter)
    const key = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
    if (prefix.every((byte, place) => key[place] === byte)) {
      return { counter, derivedKey: hexOf(key) }
    }
  }
}

/** The solved challenge as the server takes it. */
export function prove(challenge: Challenge): Promise<string> {
  const worker = new Worker(new URL('./proof.worker.ts', import.meta.url), { type: 'module' })
  return new Promise<string>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Solution>) =>
      resolve(btoa(JSON.stringify({ challenge, solution: data })))
    worker.onerror = () => reject(new Error('the proof of work could not be computed'))
    worker.postMessage(challenge)
  }).finally(() => worker.terminate())
}
