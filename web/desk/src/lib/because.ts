/** Asks why words may go out in spite of a warning; the reason is kept with the finding. */

import type { Refused } from '@kaibo/shared'
import { ElMessageBox } from 'element-plus'
import { i18n } from '../i18n'
import 'element-plus/es/components/message-box/style/css'

const REASON_CHARS_MAX = 200

export async function because(warned: Refused): Promise<string | null> {
  const { t } = i18n.global
  const fits = (text: string) => text.trim().length > 0 && text.trim().length <= REASON_CHARS_MAX
  try {
    const { value } = await ElMessageBox.prompt(warned.message, t('desk.words.title'), {
      confirmButtonText: t('desk.words.act'),
      cancelButtonText: t('desk.words.back'),
      inputPlaceholder: t('desk.words.why'),
      inputValidator: (text) => fits(text ?? '') || t('desk.words.need', { n: REASON_CHARS_MAX }),
      customClass: 'd-confirm',
    })
    return value.trim()
  } catch {
    return null
  }
}
