/** Pages whose words come with them. */

import type { Component } from 'vue'
import { i18n } from '../i18n'
import { catalogue } from '../words/catalogue'

let merged = false

/** A page and the words of all such pages, together. */
export function withWords<T extends Component>(page: () => Promise<T>): () => Promise<T> {
  return async () => {
    const [found, { later }] = await Promise.all([page(), import('../words/later')])
    if (!merged) {
      i18n.global.mergeLocaleMessage('zh-Hans', catalogue(later, 0))
      i18n.global.mergeLocaleMessage('en', catalogue(later, 1))
      merged = true
    }
    return found
  }
}
