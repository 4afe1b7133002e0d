import { describe, expect, it } from 'vitest'
import { intentOf, isTyping, linkTyped, withDigit } from '../src/lib/keys'

const press = (key: string, more = {}) => intentOf({ key, ctrlKey: false, metaKey: false, altKey: false, ...more })

describe('the keys of the desk', () => {
  it('pops links by number, 0 is 10', () => {
    expect(press('7')).toEqual({ do: 'digit', digit: 7 })
    expect(linkTyped(withDigit('', 0))).toBe(10)
    expect(linkTyped(withDigit(withDigit('', 1), 2))).toBe(12)
    expect(linkTyped('')).toBeNull()
    expect(withDigit('123', 4)).toBe('4')
  })

  it('keeps the habits of the trade', () => {
    expect(press(' ')).toEqual({ do: 'explain' })
    expect(press('S')).toEqual({ do: 'stock' })
    expect(press('p')).toEqual({ do: 'price' })
    expect(press('ArrowDown')).toEqual({ do: 'select', by: 1 })
    expect(press('/')).toEqual({ do: 'command' })
    expect(press('?')).toEqual({ do: 'help' })
    expect(press('z')).toBeNull()
  })

  it('leaves the browser its own combinations', () => {
    expect(press('p', { ctrlKey: true })).toBeNull()
    expect(press('s', { metaKey: true })).toBeNull()
    expect(press('1', { altKey: true })).toBeNull()
  })

  it('never acts while somebody types, and leaves a focused button its Enter', () => {
    document.body.innerHTML = '<input id="i"><button id="b">x</button><p id="p"></p>'
    const at = (id: string) => document.getElementById(id)
    expect(isTyping(at('i'), '1')).toBe(true)
    expect(isTyping(at('b'), 'Enter')).toBe(true)
    expect(isTyping(at('b'), 's')).toBe(false)
    expect(isTyping(at('p'), ' ')).toBe(false)
  })
})
