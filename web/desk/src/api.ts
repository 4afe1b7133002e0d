import { createApi } from '@kaibo/shared'
import { i18n } from './i18n'

export const api = createApi({
  language: () => i18n.global.locale.value,
  // Every warning about words asks, whatever sends them.
  because: async (warned) => (await import('./lib/because')).because(warned),
})
