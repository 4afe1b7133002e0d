import { createKaiboI18n } from '@kaibo/shared'
import { catalogue } from './words/catalogue'
import { words } from './words'

export const i18n = createKaiboI18n({
  'zh-Hans': catalogue(words, 0),
  en: catalogue(words, 1),
})
