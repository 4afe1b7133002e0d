/** The offer of a link, kept true by the frames, this viewer's claims and the server's clock. */

import { useNow, type LinkView } from '@kaibo/shared'
import { computed, type ComputedRef } from 'vue'
import { offerOf, type Offer } from './offer'
import { useClaims } from './stores/claims'
import { useFans } from './stores/fans'
import { useLines } from './stores/lines'
import { useRoom } from './stores/room'

export function useOffer(link: () => LinkView): {
  offer: ComputedRef<Offer>
  claim: (wait: boolean) => Promise<void>
  leave: () => Promise<void>
} {
  const room = useRoom()
  const claims = useClaims()
  const fans = useFans()
  const lines = useLines()
  const now = useNow(room.clock)
  const offer = computed(() => {
    const sale = room.saleOf(link().link_no)
    return offerOf(link(), sale, sale ? (claims.bySale[sale.id] ?? null) : null, now.value, { fanPlace: fans.place, place: lines.byLink[link().link_no] ?? null })
  })

  async function claim(wait: boolean): Promise<void> {
    const { sale } = offer.value
    await (sale ? claims.claim(sale, 1, wait) : lines.join(link().link_no))
  }

  async function leave(): Promise<void> {
    const { sale } = offer.value
    await (sale ? claims.leave(sale.id) : lines.leave(link().link_no))
  }

  return { offer, claim, leave }
}
