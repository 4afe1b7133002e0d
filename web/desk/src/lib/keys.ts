/** What a key means on the desk when no field has the focus (see the habits of the 中控). */

export type Intent =
  | { do: 'digit'; digit: number }
  | { do: 'enter' | 'escape' | 'explain' | 'stock' | 'price' | 'flash' | 'notice' | 'relay' | 'mute' | 'undo' | 'command' | 'help' }
  | { do: 'select'; by: 1 | -1 }

const LETTERS: Record<string, Intent> = {
  s: { do: 'stock' }, p: { do: 'price' }, k: { do: 'flash' }, n: { do: 'notice' }, r: { do: 'relay' },
  m: { do: 'mute' }, u: { do: 'undo' }, '/': { do: 'command' }, '?': { do: 'help' }, '？': { do: 'help' },
  ' ': { do: 'explain' }, enter: { do: 'enter' }, escape: { do: 'escape' },
  arrowdown: { do: 'select', by: 1 }, arrowup: { do: 'select', by: -1 },
}

export interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

export function intentOf(press: KeyPress): Intent | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null
  if (/^[0-9]$/.test(press.key)) return { do: 'digit', digit: Number(press.key) }
  return LETTERS[press.key.toLowerCase()] ?? null
}

/** True where typing belongs to a field, or a press belongs to the focused control. */
export function isTyping(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('input, textarea, select, [contenteditable], .el-dialog, .el-drawer, .el-message-box')) return true
  // A focused button keeps Enter and Space for itself.
  return (key === 'Enter' || key === ' ') && target.closest('button, a, [role="button"]') !== null
}

const DIGITS_MAX = 3

/** Digits typed one after the other; a lone 0 means link 10. */
export function withDigit(pending: string, digit: number): string {
  const next = `${pending}${digit}`
  return next.length > DIGITS_MAX ? String(digit) : next
}

export function linkTyped(pending: string): number | null {
  if (pending === '') return null
  return pending === '0' ? 10 : Number(pending)
}
