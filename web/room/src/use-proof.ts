/** A public file read and recomputed in this browser; the same steps for every proof page. */

import { onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { canVerify } from './hash'
import messages from './locales/proof.json'

/** The words of the proof pages come with them, not with the first visit of a room. */
export const useProofWords = () => useI18n({ useScope: 'local', messages })

export type ProofState = 'loading' | 'missing' | 'not_yet' | 'no_hash' | 'checking' | 'done'

/** One thing that was held against the promise, in words. */
export interface Line {
  words: string
  isRight: boolean
}

interface Found<P> {
  proof: ShallowRef<P | null>
  state: Ref<ProofState>
  lines: Ref<Line[]>
}

/**
 * Args: `read` gets the file; `isOver` says whether all of it is public; `check` recomputes it.
 * A file that cannot even be recomputed is not as promised: the page says `broken`.
 */
export function useProof<P>(
  { read, isOver, check, broken }: { read: () => Promise<P>; isOver: (proof: P) => boolean; check: (proof: P) => Promise<Line[]>; broken: () => string },
): Found<P> {
  const proof = shallowRef<P | null>(null)
  const state = ref<ProofState>('loading')
  const lines = ref<Line[]>([])

  onMounted(async () => {
    try {
      proof.value = await read()
    } catch {
      state.value = 'missing'
      return
    }
    state.value = !isOver(proof.value) ? 'not_yet' : canVerify() ? 'checking' : 'no_hash'
    if (state.value !== 'checking') return
    try {
      lines.value = await check(proof.value)
    } catch {
      lines.value = [{ words: broken(), isRight: false }]
    }
    state.value = 'done'
  })
  return { proof, state, lines }
}
