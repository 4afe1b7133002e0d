import { describe, expect, it } from 'vitest'
import { completions, readCommand, wordOf } from '../src/lib/command'

const LINKS = [1, 3, 10]
const blank = { link: null, price: null, units: null, text: '' }

describe('the command line', () => {
  it.each([
    ['/上 3', { ...blank, verb: 'pop', link: 3 }],
    ['/pop #3', { ...blank, verb: 'pop', link: 3 }],
    ['上 3号', { ...blank, verb: 'pop', link: 3 }],
    ['/讲 10', { ...blank, verb: 'explain', link: 10 }],
    ['/停讲', { ...blank, verb: 'stop' }],
    ['/开价 3 99.9', { ...blank, verb: 'open', link: 3, price: 9990 }],
    ['/开价 3', { ...blank, verb: 'open', link: 3 }],
    ['/open 3 ¥99', { ...blank, verb: 'open', link: 3, price: 9900 }],
    ['/库存 3 +50', { ...blank, verb: 'stock', link: 3, units: 50 }],
    ['/stock 3 50件', { ...blank, verb: 'stock', link: 3, units: 50 }],
    ['/公告 今晚 8 点 福利', { ...blank, verb: 'notice', text: '今晚 8 点 福利' }],
    ['/host  slow  down', { ...blank, verb: 'host', text: 'slow  down' }],
  ])('reads %s', (line, command) => {
    expect(readCommand(line, LINKS)).toEqual({ kind: 'command', command })
  })

  it.each([
    ['/飞', 'unknown'],
    ['/上', 'needLink'],
    ['/上 三', 'needLink'],
    ['/上 -3', 'needLink'],
    ['/上 4', 'noLink'],
    ['/开价 3 便宜', 'needPrice'],
    ['/开价 3 0', 'needPrice'],
    ['/开价 3 9.999', 'needPrice'],
    ['/库存 3', 'needUnits'],
    ['/库存 3 0', 'needUnits'],
    ['/库存 3 -5', 'needUnits'],
    ['/公告', 'needText'],
    ['/公告    ', 'needText'],
  ])('refuses %s: %s', (line, fault) => {
    expect(readCommand(line, LINKS)).toMatchObject({ kind: 'fault', fault })
  })

  it('says nothing about an empty line', () => {
    expect(readCommand('', LINKS)).toEqual({ kind: 'empty' })
    expect(readCommand(' / ', LINKS)).toEqual({ kind: 'empty' })
  })

  it('completes what was begun, in either language, and stops once a verb stands', () => {
    expect(completions('/')).toHaveLength(11)
    expect(completions('/开')).toEqual(['open'])
    expect(completions('/st')).toEqual(['stop', 'stock'])
    expect(completions('/x')).toEqual([])
    expect(completions('/上 3')).toEqual([])
  })

  it('writes verbs that it reads again', () => {
    for (const verb of completions('/')) {
      for (const english of [true, false]) {
        expect(readCommand(`${wordOf(verb, english)} 3 5`, LINKS)).toMatchObject({ command: { verb } })
      }
    }
  })
})
