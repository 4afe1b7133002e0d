/** The offer of a link, kept true by the frames, this viewer's claims and the server's clock. */

import { useNow, type LinkView } from '@kaibo/shared'
import { computed, type ComputedRef } from 'vue'
import { offerOf, type Offer } from './offer'
import { useClaims } from './stores/claims'
import { useFans } from './stores/fans'
import { useRoom } from './stores/room'

export function useOffer(link: () => LinkView): {
  offer: ComputedRef<Offer>
  claim: (wait: boolean) => Promise<void>
  leave: () => Promise<void>
} {
  const room = useRoom()
  const claims = useClaims()
  const fans = useFans()
  const now = useNow(room.clock)
  const offer = computed(() => {
    const sale = room.saleOf(link().link_no)
    return offerOf(link(), sale, sale ? (claims.bySale[sale.id] ?? null) : null, now.value, fans.place, claims.lines[link().link_no] ?? null)
  })

  async function claim(wait: boolean): Promise<void> {
    const { sale } = offer.value
    await (sale ? claims.claim(sale, 1, wait) : claims.join(link().link_no))
  }

  async function leave(): Promise<void> {
    const { sale } = offer.value
    await (sale ? claims.leave(sale.id) : claims.leaveLine(link().link_no))
  }

  return { offer, claim, leave }
}
