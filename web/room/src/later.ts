/** The words of parts that arrive after the first picture; they arrive with them. */

import { i18n } from './i18n'
import en from './locales/later.en.json'
import zh from './locales/later.zh-Hans.json'

i18n.global.mergeLocaleMessage('zh-Hans', zh)
i18n.global.mergeLocaleMessage('en', en)
