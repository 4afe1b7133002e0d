import { catalogueFaults, catalogueKeys } from '@kaibo/shared'
import { expect, it } from 'vitest'
import en from '../src/locales/en.json'
import laterEn from '../src/locales/later.en.json'
import laterZh from '../src/locales/later.zh-Hans.json'
import proof from '../src/locales/proof.json'
import rights from '../src/locales/rights.json'
import rules from '../src/locales/rules.json'
import zh from '../src/locales/zh-Hans.json'

const sources = Object.values(import.meta.glob<string>('../src/**/*.{ts,vue}', { query: '?raw', import: 'default', eager: true }))
const spaces = Object.keys({ ...zh, ...laterZh, ...proof['zh-Hans'], ...rights['zh-Hans'], ...rules['zh-Hans'] }).join('|')

it('says the same things in both languages', () => {
  expect(catalogueFaults(zh, en)).toEqual([])
  expect(catalogueFaults(laterZh, laterEn)).toEqual([])
  expect(catalogueFaults(proof['zh-Hans'], proof.en)).toEqual([])
  expect(catalogueFaults(rights['zh-Hans'], rights.en)).toEqual([])
  expect(catalogueFaults(rules['zh-Hans'], rules.en)).toEqual([])
})

it('knows every word that a page asks for by its whole name', () => {
  const known = new Set([zh, laterZh, proof['zh-Hans'], rights['zh-Hans'], rules['zh-Hans']].flatMap((words) => catalogueKeys(words)))
  const asked = sources.flatMap((text) => [...text.matchAll(new RegExp(`'((?:${spaces})\\.[\\w.]+)'`, 'g'))].map((match) => match[1] as string))
  expect(asked.filter((name) => !known.has(name))).toEqual([])
  expect(asked.length).toBeGreaterThan(200)
})
