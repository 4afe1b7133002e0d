/** What is pressed and may be refused: whether it is on its way, and what to say when it failed. */

import { refusalText } from '@kaibo/shared'
import { ref, type Ref } from 'vue'
import { i18n } from './i18n'

interface Act {
  isBusy: Ref<boolean>
  /** Why the last one failed; empty while one is on its way and after it went through. */
  problem: Ref<string>
  /** Does `work`; false when it failed, and then `problem` says why. */
  act: (work: () => Promise<unknown>) => Promise<boolean>
}

export const problemText = (error: unknown): string => refusalText(i18n.global, error)

/** @param explain puts a failure into words where it has words of its own */
export function useAct(explain: (error: unknown) => string = problemText): Act {
  const isBusy = ref(false)
  const problem = ref('')

  async function act(work: () => Promise<unknown>): Promise<boolean> {
    isBusy.value = true
    problem.value = ''
    try {
      await work()
      return true
    } catch (error) {
      problem.value = explain(error)
      return false
    } finally {
      isBusy.value = false
    }
  }
  return { isBusy, problem, act }
}
