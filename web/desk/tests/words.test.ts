import { catalogueFaults, catalogueKeys } from '@kaibo/shared'
import { describe, expect, it } from 'vitest'
import { catalogue } from '../src/words/catalogue'
import { words } from '../src/words'
import { later } from '../src/words/later'

const every = { ...words, ...later }
const zh = catalogue(every, 0)
const en = catalogue(every, 1)
const sources = Object.entries(
  import.meta.glob<string>(['../src/**/*.{ts,vue}', '!../src/words/**'], { query: '?raw', import: 'default', eager: true }),
)

describe('the words of the desk', () => {
  it('say the same in both languages, with the same slots', () => {
    expect(catalogueFaults(zh, en)).toEqual([])
    expect(catalogueKeys(zh).length).toBeGreaterThan(400)
  })

  it('exist wherever a page asks for them by a whole name', () => {
    const known = new Set(catalogueKeys(zh))
    const missing = sources.flatMap(([, text]) =>
      [...text.matchAll(/\bt\(\s*'((?:auctions|blacklist|cards|compliance|deals|desk|draws|goods|guards|imports|invites|live|money|negative|notices|outside|papers|plan|promos|report|risk|sanctions|shipping)\.[\w.]+)'/g)]
        .map((match) => match[1] as string)
        .filter((name) => !known.has(name)),
    )
    expect(missing).toEqual([])
  })

  it('are never written into a page by hand', () => {
    const han = /[\u4e00-\u9fff]/
    const inTemplates = sources
      .filter(([path, text]) => path.endsWith('.vue') && han.test(/<template>[\s\S]*<\/template>/.exec(text)?.[0] ?? ''))
      .map(([path]) => path)
    expect(inTemplates).toEqual([])
  })
})
