import { catalogueFaults } from '@kaibo/shared'
import { expect, it } from 'vitest'
import en from '../src/locales/en.json'
import proof from '../src/locales/proof.json'
import zh from '../src/locales/zh-Hans.json'

it('says the same things in both languages', () => {
  expect(catalogueFaults(zh, en)).toEqual([])
  expect(catalogueFaults(proof['zh-Hans'], proof.en)).toEqual([])
})
