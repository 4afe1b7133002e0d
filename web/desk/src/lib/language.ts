/** The language on screen, and picking the right one of a pair that the server sent. */

import type { Language } from '@kaibo/shared'
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'

export interface Tongue {
  language: ComputedRef<Language>
  pick: (zh: string, en: string) => string
}

export function useTongue(): Tongue {
  const { locale } = useI18n()
  const language = computed<Language>(() => (locale.value === 'en' ? 'en' : 'zh-Hans'))
  return { language, pick: (zh, en) => (language.value === 'en' ? en || zh : zh || en) }
}
