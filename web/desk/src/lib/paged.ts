/** One page of a list in one state; another state begins at its first page. */

import { ref, watch, type Ref } from 'vue'
import { useLoad, type Loaded } from './load'

export interface Paged<S extends string, P> {
  state: Ref<S | ''>
  page: Ref<number>
  list: Loaded<P>
}

/** `first`: the state that is shown at first; '' is all. */
export function usePaged<S extends string, P>(read: (state: S | '', page: number) => Promise<P>, first: S | '' = ''): Paged<S, P> {
  const state = ref(first) as Ref<S | ''>
  const page = ref(1)
  const list = useLoad(() => read(state.value, page.value))
  watch(state, () => (page.value = 1))
  watch([state, page], () => void list.reload())
  return { state, page, list }
}
