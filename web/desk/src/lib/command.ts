/** The desk's command line: what a typed line means, before anything is done. */

import { parseYuan } from '@kaibo/shared'

export type Verb =
  | 'pop' | 'explain' | 'stop' | 'open' | 'early' | 'stock' | 'close' | 'flash' | 'notice' | 'unpin' | 'host'

export interface Command {
  verb: Verb
  link: number | null
  price: number | null
  units: number | null
  text: string
}

export type CommandFault = 'unknown' | 'needLink' | 'noLink' | 'needPrice' | 'needUnits' | 'needText'

export type Reading =
  | { kind: 'empty' }
  | { kind: 'fault'; fault: CommandFault; verb: Verb | null; link: number | null }
  | { kind: 'command'; command: Command }

interface Grammar {
  verb: Verb
  names: readonly string[]
  takes: 'link' | 'price' | 'units' | 'text' | 'nothing'
}

/** The first name of a verb is the one that completion writes; per language. */
const GRAMMAR: readonly Grammar[] = [
  { verb: 'pop', names: ['上', 'pop', '上链接', '弹', 'shang'], takes: 'link' },
  { verb: 'explain', names: ['讲', 'explain', '讲解', 'jiang'], takes: 'link' },
  { verb: 'stop', names: ['停讲', 'stop'], takes: 'nothing' },
  { verb: 'open', names: ['开价', 'open', '改价'], takes: 'price' },
  { verb: 'early', names: ['先开', 'early'], takes: 'link' },
  { verb: 'stock', names: ['库存', 'stock', '加库存'], takes: 'units' },
  { verb: 'flash', names: ['秒杀', 'flash'], takes: 'link' },
  { verb: 'close', names: ['下架', 'close'], takes: 'link' },
  { verb: 'notice', names: ['公告', 'notice', '置顶'], takes: 'text' },
  { verb: 'unpin', names: ['撤公告', 'unpin'], takes: 'nothing' },
  { verb: 'host', names: ['主播', 'host', '提示'], takes: 'text' },
]

const byName = (name: string) => GRAMMAR.find((one) => one.names.includes(name.toLowerCase()))

/** How a verb is written when a key or a completion fills it in. */
export function wordOf(verb: Verb, english: boolean): string {
  const grammar = GRAMMAR.find((one) => one.verb === verb)
  return `/${grammar?.names[english ? 1 : 0] ?? verb}`
}

/** Verbs whose names begin with what was typed so far; all of them for a bare `/`. */
export function completions(line: string): Verb[] {
  const typed = line.replace(/^\s*\//, '').toLowerCase()
  if (/\s/.test(typed.trimStart()) && byName(typed.trim().split(/\s+/)[0] ?? '')) return []
  return GRAMMAR.filter((one) => one.names.some((name) => name.startsWith(typed.trim()))).map((one) => one.verb)
}

function linkOf(word: string | undefined): number | null {
  const match = /^#?(\d{1,3})号?$/.exec(word ?? '')
  return match ? Number(match[1]) : null
}

function unitsOf(word: string | undefined): number | null {
  const match = /^\+?(\d{1,7})件?$/.exec(word ?? '')
  const units = match ? Number(match[1]) : 0
  return units > 0 ? units : null
}

/** Reads one line; `links` are the link numbers of the show. */
export function readCommand(line: string, links: readonly number[]): Reading {
  const trimmed = line.trim().replace(/^\//, '').trim()
  if (trimmed === '') return { kind: 'empty' }
  const [name = '', ...words] = trimmed.split(/\s+/)
  const grammar = byName(name)
  if (!grammar) return { kind: 'fault', fault: 'unknown', verb: null, link: null }
  const { verb, takes } = grammar
  const blank: Command = { verb, link: null, price: null, units: null, text: '' }
  const fault = (what: CommandFault, link: number | null = null): Reading => ({ kind: 'fault', fault: what, verb, link })
  if (takes === 'nothing') return { kind: 'command', command: blank }
  if (takes === 'text') {
    const text = trimmed.slice(name.length).trim()
    return text ? { kind: 'command', command: { ...blank, text } } : fault('needText')
  }
  const link = linkOf(words[0])
  if (link === null) return fault('needLink')
  if (!links.includes(link)) return fault('noLink', link)
  if (takes === 'units') {
    const units = unitsOf(words[1])
    return units === null ? fault('needUnits', link) : { kind: 'command', command: { ...blank, link, units } }
  }
  if (takes === 'price' && words[1] !== undefined) {
    const price = parseYuan(words[1].replace(/^¥/, '').replace(/元$/, ''))
    return price ? { kind: 'command', command: { ...blank, link, price } } : fault('needPrice', link)
  }
  return { kind: 'command', command: { ...blank, link } }
}
