/** One change on air: shown before it is made, sent under one key, taken back while it can be. */

import { ElMessageBox } from 'element-plus'
import { getCurrentInstance, h, ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { api } from '../api'
import ChangeSheet from '../parts/ChangeSheet.vue'
import { changeText, type Change, type ChangePreview, type ChangeWish, type Said } from './guards'
import { isUnknown, sendOnce } from './once'
import { useVoice } from './say'

export interface Undo {
  text: string
  back: () => Promise<unknown>
  /** When it is over, in ms of this clock. */
  until: number
}
export type OfferUndo = (text: string, back: Undo['back'], lastsMs: number) => void
/** The change, made or asked for; null when the person did not want it. Throws what is refused. */
export type MakeChange = (base: string, change: ChangeWish, said: string, title?: string) => Promise<Change | null>

/** What was changed last on the pages that have no line of commands. */
export const lastChange: Ref<Undo | null> = ref(null)

export const undoCall = (change: Change) => api.post<Change>(`/desk/changes/${change.id}/undo`)

export function useChange(offer: OfferUndo = keepLast): MakeChange {
  const { t } = useI18n()
  const { done } = useVoice()
  // What stands in the box speaks the app's language.
  const context = getCurrentInstance()?.appContext ?? null

  async function agreed(preview: ChangePreview, change: ChangeWish, title: string): Promise<boolean> {
    const dangerous = preview.dangers.length > 0
    const box = ElMessageBox.confirm(h(ChangeSheet, { preview, kind: change.kind }), changeText({ ...preview, title, kind: change.kind, terms: change as Said['terms'] }, t), {
      confirmButtonText: t(dangerous ? 'guards.ask.act' : 'guards.sheet.act'), cancelButtonText: t('desk.cancel'), customClass: 'd-confirm d-change',
    }, context)
    return box.then(() => true, () => false)
  }

  return async (base, change, said, title = '') => {
    const act = JSON.stringify([base, change])
    if (!isUnknown(act)) {
      const preview = await api.post<ChangePreview>(`${base}/changes/preview`, { change })
      if (!(await agreed(preview, change, title))) return null
    }
    const made = await sendOnce(act, (key) => api.post<Change>(`${base}/changes`, { change, request_key: key }, { key }))
    done(made.state === 'asked' ? t('guards.ask.asked') : said)
    if (made.undo_until !== null && made.made_at !== null) {
      // Its length is the server's; the two clocks need not agree.
      offer(title ? `${title} · ${said}` : said, () => undoCall(made), Date.parse(made.undo_until) - Date.parse(made.made_at))
    }
    return made
  }
}

function keepLast(text: string, back: Undo['back'], lastsMs: number): void {
  const mine: Undo = { text, back, until: Date.now() + lastsMs }
  lastChange.value = mine
  window.setTimeout(() => lastChange.value === mine && (lastChange.value = null), lastsMs)
}
