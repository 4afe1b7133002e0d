/** Languages: simplified Chinese first, English second; every text comes from a catalogue. */

import { createI18n } from 'vue-i18n'
import type { App, WritableComputedRef } from 'vue'
import type { Language } from './format'
import sharedEn from './locales/en.json'
import sharedZh from './locales/zh-Hans.json'

export interface Catalogue {
  [name: string]: string | Catalogue
}
export type Catalogues = Record<Language, Catalogue>

const KEY = 'kaibo.language'
export const LANGUAGES: readonly Language[] = ['zh-Hans', 'en']

/** The person's own choice, else the browser's; anything that is not Chinese reads English. */
export function preferredLanguage(): Language {
  try {
    const kept = localStorage.getItem(KEY)
    if (kept === 'zh-Hans' || kept === 'en') return kept
  } catch {
    // Storage may be refused; the browser's language then decides each time.
  }
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-Hans' : 'en'
}

/** What the apps use of vue-i18n outside of components. */
export interface KaiboI18n {
  install(app: App): void
  global: {
    locale: WritableComputedRef<string>
    t(key: string, named?: Record<string, unknown>): string
    te(key: string): boolean
    mergeLocaleMessage(language: Language, more: Catalogue): void
  }
}

/** One i18n for an app: the app's catalogue over the shared one (under `common`). */
export function createKaiboI18n(own: Catalogues): KaiboI18n {
  const language = preferredLanguage()
  document.documentElement.lang = language
  const messages: Record<string, Catalogue> = {
    'zh-Hans': { ...own['zh-Hans'], common: sharedZh },
    en: { ...own.en, common: sharedEn },
  }
  return createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: 'zh-Hans',
    messages,
  }) as unknown as KaiboI18n
}

export function chooseLanguage(i18n: KaiboI18n, language: Language): void {
  i18n.global.locale.value = language
  document.documentElement.lang = language
  try {
    localStorage.setItem(KEY, language)
  } catch {
    // The choice lasts as long as the page.
  }
}

/** Dotted names of every text in a catalogue, sorted; two languages must give the same list. */
export function catalogueKeys(catalogue: object, prefix = ''): string[] {
  return Object.entries(catalogue)
    .flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? catalogueKeys(value as object, `${prefix}${name}.`)
        : [`${prefix}${name}`],
    )
    .sort()
}
