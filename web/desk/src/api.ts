import { createApi } from '@kaibo/shared'
import { i18n } from './i18n'

export const api = createApi({ language: () => i18n.global.locale.value })
