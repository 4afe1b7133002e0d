/** Live check of written words against the rulebook, while they are being typed. */

import { ref, watch, type Ref } from 'vue'
import { api } from '../api'

export interface Hit {
  rule_id: string
  law: string
  article: string
  item: string
  span_start: number
  span_end: number
  matched: string
  verdict: 'violation' | 'needs_evidence'
  message_zh: string
  message_en: string
  suppressed_reason: string
}

export type LintState = 'idle' | 'busy' | 'done' | 'off'

export interface Lint {
  hits: Ref<Hit[]>
  state: Ref<LintState>
}

const PAUSE_MS = 400

export function useLint(text: () => string, surface: 'script' | 'title'): Lint {
  const hits = ref<Hit[]>([])
  const state = ref<LintState>('idle')
  let timer = 0
  let asked = 0

  async function ask(typed: string): Promise<void> {
    const mine = ++asked
    state.value = 'busy'
    try {
      const answer = await api.post<{ hits: Hit[] }>('/desk/lint', { text: typed, surface })
      if (mine !== asked) return
      hits.value = answer.hits.filter((hit) => !hit.suppressed_reason)
      state.value = 'done'
    } catch {
      if (mine === asked) state.value = 'off'
    }
  }
  watch(
    text,
    (typed) => {
      window.clearTimeout(timer)
      asked += 1
      if (!typed.trim()) {
        hits.value = []
        state.value = 'idle'
        return
      }
      timer = window.setTimeout(() => void ask(typed), PAUSE_MS)
    },
    { immediate: true },
  )
  return { hits, state }
}
