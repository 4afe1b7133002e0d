/** Every text is written once as a pair, so that neither language can lag behind. */

export type Pair = readonly [zh: string, en: string]
export interface Words {
  readonly [name: string]: Pair | Words
}

export interface Texts {
  [name: string]: string | Texts
}

const isPair = (value: Pair | Words): value is Pair => Array.isArray(value)

/** The catalogue of one language: 0 for Chinese, 1 for English. */
export function catalogue(words: Words, which: 0 | 1): Texts {
  return Object.fromEntries(
    Object.entries(words).map(([name, value]) => [
      name,
      isPair(value) ? value[which] : catalogue(value, which),
    ]),
  )
}
