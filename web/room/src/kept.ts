/** Small things this phone remembers; storage may be refused, then they last one visit. */

import { newKey } from '@kaibo/shared'

const fallback = new Map<string, string>()

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`kaibo.${name}`)
  } catch {
    return fallback.get(name) ?? null
  }
}

export function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`kaibo.${name}`)
    else localStorage.setItem(`kaibo.${name}`, value)
  } catch {
    if (value === null) fallback.delete(name)
    else fallback.set(name, value)
  }
}

/** This phone, so that a viewer who comes back is the same viewer; not a person's identity. */
export function device(): string {
  const known = kept('device')
  if (known) return known
  const fresh = newKey()
  keep('device', fresh)
  return fresh
}

/** Be a new phone from the next entry on: who signs out leaves nothing of the account behind. */
export function forgetDevice(): void {
  keep('device', null)
}
