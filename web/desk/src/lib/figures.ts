/** Metric values as text, by the unit that their definition names. */

import { countText, priceText, shareText, type Language } from '@kaibo/shared'

export type Unit = 'fen' | 'share' | 'seconds' | 'number' | 'count'

const UNITS: Record<string, Unit> = {
  fen: 'fen', share: 'share', s: 'seconds', number: 'number', count: 'count',
}

export function unitOf(word: string): Unit {
  return UNITS[word] ?? 'count'
}

/** `1 小时 05 分`, `3 分 20 秒`, `48 秒`. */
export function spanText(seconds: number, language: Language): string {
  const total = Math.max(0, Math.round(seconds))
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  const two = (n: number) => n.toString().padStart(2, '0')
  if (language === 'en') return h ? `${h} h ${two(m)} m` : m ? `${m} m ${two(s)} s` : `${s} s`
  return h ? `${h} 小时 ${two(m)} 分` : m ? `${m} 分 ${two(s)} 秒` : `${s} 秒`
}

/** Money on a board: below 10,000 yuan to the fen, above in 万 unless `exact`. */
export function moneyText(fen: number, language: Language, exact = false): string {
  if (exact || Math.abs(fen) < 1_000_000) return priceText(fen, true)
  return `${fen < 0 ? '-' : ''}¥${wanText(Math.abs(fen) / 100, language)}`
}

/** Two decimals, cut and never rounded up. */
function wanText(yuan: number, language: Language): string {
  const cut = (n: number) => (Math.floor(n * 100) / 100).toFixed(2)
  if (language === 'en') return yuan < 1e6 ? `${cut(yuan / 1e3)}k` : `${cut(yuan / 1e6)}M`
  return yuan < 1e8 ? `${cut(yuan / 1e4)}万` : `${cut(yuan / 1e8)}亿`
}

export interface FigureStyle {
  language: Language
  exact?: boolean
}

/** A value or the sign for "none": a rate over nobody is not 0%. */
export function figureText(value: number | null | undefined, unit: Unit, style: FigureStyle): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '—'
  switch (unit) {
    case 'fen':
      return moneyText(value, style.language, style.exact)
    case 'share':
      return shareText(value)
    case 'seconds':
      return spanText(value, style.language)
    case 'number':
      return value.toLocaleString('en-US', { maximumFractionDigits: 2 })
    default:
      return countText(value, style.language, style.exact)
  }
}
