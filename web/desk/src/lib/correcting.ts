/** The three things a person does about a correction, each said and undone by nothing. */

import { ElMessageBox } from 'element-plus'
import { useI18n } from 'vue-i18n'
import { useVoice } from './say'
import { sayCorrection, showCorrection, withdrawCorrection, type Correction } from './promises'

interface Words {
  right_zh: string
  right_en: string
}

export function useCorrecting(done: () => unknown = () => undefined) {
  const { t } = useI18n()
  const { attempt } = useVoice()

  async function act(work: () => Promise<Correction>, said: (after: Correction) => string): Promise<void> {
    let after: Correction | null = null
    const ok = await attempt(async () => { after = await work() })
    if (ok && after) await attempt(async () => undefined, said(after))
    await done()
  }
  async function ask(title: string, act: string, value: string): Promise<string | null> {
    const answer = await ElMessageBox.prompt(title, act, {
      confirmButtonText: act, cancelButtonText: t('desk.cancel'), inputValue: value, inputType: 'textarea',
      inputValidator: (text: string) => text?.trim().length > 0 || title,
    }).catch(() => null)
    return answer ? (answer as { value: string }).value.trim() : null
  }
  /** The words may be changed in the language of the shop; the other stays as it was proposed. */
  async function show(id: number, words: Words): Promise<void> {
    const text = await ask(t('promises.showWhy'), t('promises.act.show'), words.right_zh)
    if (text !== null) await act(() => showCorrection(id, text === words.right_zh ? {} : { right_zh: text }), (after) => t('promises.did.show', { n: after.orders_told }))
  }
  const say = (id: number) => act(() => sayCorrection(id), () => t('promises.did.said'))
  async function withdraw(id: number): Promise<void> {
    const reason = await ask(t('promises.withdrawWhy'), t('promises.act.withdraw'), '')
    if (reason !== null) await act(() => withdrawCorrection(id, reason), () => t('promises.did.withdraw'))
  }
  return { show, say, withdraw }
}
