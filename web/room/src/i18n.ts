import { createKaiboI18n, type Language } from '@kaibo/shared'
import en from './locales/en.json'
import zh from './locales/zh-Hans.json'

export const i18n = createKaiboI18n({ 'zh-Hans': zh, en })

export const language = () => i18n.global.locale.value as Language
