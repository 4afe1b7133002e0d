/** What the tests of each app ask of its two catalogues. */

import { catalogueKeys, type Catalogue } from './i18n'

const textAt = (catalogue: Catalogue, key: string): unknown =>
  key.split('.').reduce<unknown>((at, name) => (at as Catalogue | undefined)?.[name], catalogue)

const slots = (text: unknown) =>
  [...new Set([...String(text).matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort().join()

/** Names of texts that are missing, empty, or fill other slots in the other language. */
export function catalogueFaults(zh: Catalogue, en: Catalogue): string[] {
  const names = new Set([...catalogueKeys(zh), ...catalogueKeys(en)])
  return [...names].filter((name) => {
    const texts = [textAt(zh, name), textAt(en, name)]
    const areThere = texts.every((text) => typeof text === 'string' && text.trim() !== '')
    return !areThere || slots(texts[0]) !== slots(texts[1])
  })
}
