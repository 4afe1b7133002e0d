import { describe, expect, it } from 'vitest'
import { draftOf, isWhole, newDraft, split, type Entry } from '../src/lib/negative'

const ENTRY: Entry = {
  id: 'own.1.1', kind: 'live', title_zh: '活体', title_en: 'Live animals', categories: ['宠物活体'], words: ['活猫', '活狗'], unless: [], outside: [],
  law: '', article: '', basis: '平台规则', note_zh: '', note_en: '', chosen: true, own: true,
}

describe('an own entry of the negative list', () => {
  it('reads words by line and by comma, and drops what is empty', () => {
    expect(split(' 活猫\n\n活狗，活鱼、 ')).toEqual(['活猫', '活狗', '活鱼'])
  })

  it('comes back from its draft as it was', () => {
    const draft = draftOf(ENTRY)
    expect(split(draft.words)).toEqual(ENTRY.words)
    expect(split(draft.categories)).toEqual(ENTRY.categories)
    expect([draft.id, draft.kind, draft.basis]).toEqual(['own.1.1', 'live', '平台规则'])
  })

  it('is whole with a name, a basis, and a word or a category', () => {
    expect(isWhole(newDraft())).toBe(false)
    expect(isWhole(draftOf(ENTRY))).toBe(true)
    expect(isWhole({ ...draftOf(ENTRY), words: '', categories: ' ，' })).toBe(false)
    expect(isWhole({ ...draftOf(ENTRY), basis: ' ' })).toBe(false)
  })
})
