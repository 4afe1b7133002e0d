import type { RouteLocationNormalizedLoaded, Router } from 'vue-router'
import { useRoom } from './stores/room'

/** Back from a provider's page: the sheet of that order says how it stands. */
export async function backFrom(route: RouteLocationNormalizedLoaded, router: Router, show: (no: string) => void): Promise<void> {
  const { order } = route.query
  if (typeof order !== 'string' || useRoom().phase !== 'ready') return
  await router.replace({ query: {} })
  show(order)
}
