/** Money, counts and time as people read them. Values stay integers (fen, milliseconds). */

export type Language = 'zh-Hans' | 'en'

export interface PriceParts {
  sign: '' | '-'
  /** Whole yuan, grouped: `1,299`. */
  yuan: string
  /** Two digits, or empty when the price is a whole number of yuan. */
  fen: string
}

/** Splits a price so that each part can have its own size on the screen. */
export function priceParts(fen: number, keepFen = false): PriceParts {
  const whole = Math.abs(Math.trunc(fen))
  const rest = whole % 100
  return {
    sign: fen < 0 ? '-' : '',
    yuan: Math.floor(whole / 100).toString().replace(/\B(?=(\d{3})+$)/g, ','),
    fen: rest === 0 && !keepFen ? '' : rest.toString().padStart(2, '0'),
  }
}

/** One line for names and sentences: `¥1,299`, `¥9.90`. */
export function priceText(fen: number, keepFen = false): string {
  const parts = priceParts(fen, keepFen)
  return `${parts.sign}¥${parts.yuan}${parts.fen && `.${parts.fen}`}`
}

/** Fen from typed yuan (`12`, `12.3`, `12.30`), or null when it is not an amount. */
export function parseYuan(text: string): number | null {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (!match) return null
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/**
 * A count on a crowded screen: from 10,000 in 万 (English: k, M), cut and never rounded up,
 * so that the screen does not claim more than there is.
 */
export function countText(count: number, language: Language, exact = false): string {
  const n = Math.trunc(count)
  if (exact || Math.abs(n) < 10_000) return n.toLocaleString('en-US')
  const cut = (value: number) => (Math.trunc(value * 10) / 10).toString()
  if (language === 'en') return Math.abs(n) < 1_000_000 ? `${cut(n / 1000)}k` : `${cut(n / 1e6)}M`
  return Math.abs(n) < 100_000_000 ? `${cut(n / 10_000)}万` : `${cut(n / 1e8)}亿`
}

export function shareText(share: number, digits = 1): string {
  return `${(share * 100).toFixed(digits)}%`
}

const ZONE = 'Asia/Shanghai'
type Stamp = string | number | Date

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE, hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false,
})
const day = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit',
})

/** `20:05`, with seconds `20:05:09`; always the clock of Shanghai. */
export function clockText(at: Stamp, seconds = false): string {
  const text = clock.format(new Date(at))
  return seconds ? text : text.slice(0, 5)
}

export function dayText(at: Stamp): string {
  return day.format(new Date(at))
}

export function dateTimeText(at: Stamp): string {
  return `${dayText(at)} ${clockText(at)}`
}

/** `今天 20:00`, `明天 20:00`, `11月23日 20:00`. */
export function soonText(at: Stamp, now: number, language: Language): string {
  const days = Math.round((Date.parse(dayText(at)) - Date.parse(dayText(now))) / 86_400_000)
  const words = language === 'en' ? ['Today', 'Tomorrow'] : ['今天', '明天']
  const near = days === 0 || days === 1 ? words[days] : undefined
  if (near) return `${near} ${clockText(at)}`
  const [year, month, date] = dayText(at).split('-').map(Number) as [number, number, number]
  const sameYear = year === Number(dayText(now).slice(0, 4))
  if (language === 'en') {
    const name = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, day: 'numeric', month: 'short' })
    return `${name.format(new Date(at))}${sameYear ? '' : ` ${year}`} ${clockText(at)}`
  }
  return `${sameYear ? '' : `${year}年`}${month}月${date}日 ${clockText(at)}`
}

/** `刚刚`, `3 分钟前`, `2 小时前`; from one day on the date itself. */
export function agoText(at: Stamp, now: number, language: Language): string {
  const seconds = Math.max(0, Math.floor((now - new Date(at).getTime()) / 1000))
  const zh = language === 'zh-Hans'
  if (seconds < 45) return zh ? '刚刚' : 'just now'
  const minutes = Math.max(1, Math.floor(seconds / 60))
  if (minutes < 60) return zh ? `${minutes} 分钟前` : `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return zh ? `${hours} 小时前` : `${hours} h ago`
  return dateTimeText(at)
}

/** What is left as digits: `09:41`, `1:02:03`; never negative, whole seconds rounded up. */
export function leftText(leftMs: number): string {
  const total = Math.max(0, Math.ceil(leftMs / 1000))
  const two = (n: number) => n.toString().padStart(2, '0')
  const hours = Math.floor(total / 3600)
  const rest = `${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}
