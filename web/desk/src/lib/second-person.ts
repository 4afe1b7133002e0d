/** Changes that one person alone may not make. */

import { Refused } from '@kaibo/shared'
import { useI18n } from 'vue-i18n'
import { api } from '../api'
import type { ChangeWish } from './guards'
import { useVoice } from './say'

export type Guarded = (work: () => Promise<unknown>, change: ChangeWish, said: string) => Promise<boolean>

/** Does the work; what is too dangerous for one is asked of a second person, if this one agrees. */
export function useSecondPerson(show: number): Guarded {
  const { t } = useI18n()
  const { attempt, sure, why, fail, done } = useVoice()
  return async (work, change, said) => {
    try {
      await work()
      done(said)
      return true
    } catch (problem) {
      if (!(problem instanceof Refused) || problem.code !== 'second_person_needed') {
        fail(problem)
        return false
      }
      const agreed = await sure({ title: t('guards.ask.title'), sentence: why(problem), act: t('guards.ask.act') })
      const body = { change, request_key: crypto.randomUUID() }
      return agreed && (await attempt(() => api.post(`/desk/shows/${show}/changes`, body), t('guards.ask.asked')))
    }
  }
}
