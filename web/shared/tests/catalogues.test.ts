import { describe, expect, it } from 'vitest'
import deskEn from '../../desk/src/locales/en.json'
import deskZh from '../../desk/src/locales/zh-Hans.json'
import roomEn from '../../room/src/locales/en.json'
import roomZh from '../../room/src/locales/zh-Hans.json'
import { catalogueKeys, type Catalogue } from '../src/i18n'
import sharedEn from '../src/locales/en.json'
import sharedZh from '../src/locales/zh-Hans.json'

const apps: Record<string, [Catalogue, Catalogue]> = {
  shared: [sharedZh, sharedEn],
  room: [roomZh, roomEn],
  desk: [deskZh, deskEn],
}

const textAt = (catalogue: Catalogue, key: string) =>
  key.split('.').reduce<unknown>((at, name) => (at as Catalogue)[name], catalogue) as string
const slots = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

describe.each(Object.entries(apps))('catalogues of %s', (_app, [zh, en]) => {
  it('say the same things in both languages', () => {
    expect(catalogueKeys(en)).toEqual(catalogueKeys(zh))
  })

  it('leave no text empty and fill the same slots', () => {
    for (const key of catalogueKeys(zh)) {
      expect(textAt(zh, key).trim(), key).not.toBe('')
      expect(textAt(en, key).trim(), key).not.toBe('')
      // A plural may name its number in one form only, so slots are compared as sets.
      expect(new Set(slots(textAt(en, key))), key).toEqual(new Set(slots(textAt(zh, key))))
    }
  })
})
