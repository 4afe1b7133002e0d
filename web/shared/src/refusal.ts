/** The sentence to show for a refusal: the app's own words, the server's, or a general one. */

import { Refused } from './api'

interface Texts {
  t(key: string, named: Record<string, unknown>): string
  te(key: string): boolean
}

export function refusalText(texts: Texts, error: unknown): string {
  if (!(error instanceof Refused)) return texts.t('common.refused.unknown', {})
  const own = `refused.${error.code}`
  if (texts.te(own)) return texts.t(own, error.data)
  if (error.message) return error.message
  const common = `common.refused.${error.code}`
  return texts.t(texts.te(common) ? common : 'common.refused.unknown', error.data)
}
