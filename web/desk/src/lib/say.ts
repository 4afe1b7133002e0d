/** Words for what happened: refusals, confirmations and short confirmations of success. */

import { refusalText } from '@kaibo/shared'
import { ElMessage, ElMessageBox } from 'element-plus'
import { useI18n } from 'vue-i18n'
import 'element-plus/es/components/message-box/style/css'
import 'element-plus/es/components/message/style/css'

/** Below the top bar of the desk, whose numbers must stay readable. */
const TOAST_TOP = 68

export interface Danger {
  title: string
  sentence: string
  act: string
  /** Word that must be typed before the button works; only for what can't be undone. */
  kind?: 'warning' | 'error'
}

export interface Voice {
  /** The sentence of a refusal in the language on screen. */
  why: (problem: unknown) => string
  fail: (problem: unknown) => void
  done: (text: string) => void
  /** True once the person agreed. */
  sure: (danger: Danger) => Promise<boolean>
  /** Runs `work`; on success says `done`, on refusal says why. True when it worked. */
  attempt: (work: () => Promise<unknown>, done?: string) => Promise<boolean>
}

export function useVoice(): Voice {
  const { t, te } = useI18n()

  const why = (problem: unknown) => refusalText({ t: (key, named) => t(key, named), te }, problem)
  function fail(problem: unknown): void {
    ElMessage({ type: 'error', message: why(problem), duration: 6000, showClose: true, grouping: true, offset: TOAST_TOP })
  }
  function done(text: string): void {
    ElMessage({ type: 'success', message: text, duration: 2000, grouping: true, offset: TOAST_TOP })
  }
  async function sure(danger: Danger): Promise<boolean> {
    try {
      await ElMessageBox.confirm(danger.sentence, danger.title, {
        confirmButtonText: danger.act,
        cancelButtonText: t('desk.cancel'),
        type: danger.kind ?? 'warning',
        autofocus: false,
        customClass: 'd-confirm',
      })
      return true
    } catch {
      return false
    }
  }
  async function attempt(work: () => Promise<unknown>, text = ''): Promise<boolean> {
    try {
      await work()
      if (text) done(text)
      return true
    } catch (problem) {
      fail(problem)
      return false
    }
  }
  return { why, fail, done, sure, attempt }
}
