import { expect, it } from 'vitest'
import { catalogueFaults } from '../src/catalogue-check'
import en from '../src/locales/en.json'
import zh from '../src/locales/zh-Hans.json'

it('says the same things in both languages', () => {
  expect(catalogueFaults(zh, en)).toEqual([])
})

it('notices a missing, an empty and a differently filled text', () => {
  expect(catalogueFaults({ a: { b: '甲' } }, { a: {} })).toEqual(['a.b'])
  expect(catalogueFaults({ a: '甲' }, { a: ' ' })).toEqual(['a'])
  expect(catalogueFaults({ a: '剩 {n} 件' }, { a: '{m} left' })).toEqual(['a'])
  expect(catalogueFaults({ a: '剩 {n} 件' }, { a: '{n} left | {n} left' })).toEqual([])
})
