import { createApi } from '@kaibo/shared'
import { language } from './i18n'

let bearer: string | null = null

export const api = createApi({ language, token: () => bearer })

export function useToken(token: string | null): void {
  bearer = token
}
