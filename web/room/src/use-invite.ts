/** Whoever came by a viewer's link is told once what is asked of them, and never why not. */

import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute } from 'vue-router'
import { useInvites } from './stores/invites'
import { useRoom } from './stores/room'
import { say } from './toast'

export function useInvite(): ReturnType<typeof useInvites> {
  const { t } = useI18n()
  const route = useRoute()
  const room = useRoom()
  const invites = useInvites()

  async function accept(): Promise<void> {
    const heard = await invites.accept(String(route.query.invite))
    const { running } = invites
    if (heard === 'pending' && running) say(t('invite.heard.pending', { task: t(`invite.task.${running.terms.task}`, { n: running.terms.watch_minutes ?? 0 }) }))
  }
  // The ticket comes with the entering, before the socket.
  if (route.query.invite) watch(() => room.status, (status) => status === 'open' && void accept(), { once: true })
  return invites
}
