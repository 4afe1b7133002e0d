/** Quizzes (答题) of this room: the questions that have begun, and this viewer's answers. */

import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '../api'
import { askIn } from '../quiz'
import { keepReceipt } from '../receipts'
import type { AnswerView, QuizCard } from '../types'
import { useDraws } from './draws'

const RETRY_MS = 2_000

export const useQuizzes = defineStore('quizzes', () => {
  const list = ref<QuizCard[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  let isFollowed = false

  function plan(ms: number | null): void {
    clearTimeout(timer)
    if (isFollowed && ms !== null) timer = setTimeout(() => void refresh(), ms)
  }
  async function refresh(): Promise<void> {
    try {
      list.value = await api.get<QuizCard[]>('/my/quizzes')
      plan(askIn(list.value, Math.random()))
    } catch {
      plan(RETRY_MS * (1 + Math.random()))
    }
  }
  /** Ask now, and at each moment at which a question begins, until stopped. */
  function follow(): void {
    isFollowed = true
    void refresh()
  }
  function stop(): void {
    isFollowed = false
    clearTimeout(timer)
  }
  /** The same answer again gives the same receipt; another one is refused. */
  async function answer(id: number, no: number, choice: number, keyword: string): Promise<void> {
    const said = await api.post<AnswerView>(`/my/draws/${id}/answer`, { no, choice, keyword })
    const { place, token, kept_out } = said
    if (place !== null && said.choice !== null) keepReceipt('draw', id, { place, token, answers: { [no]: said.choice } })
    const question = list.value.find((card) => card.draw_id === id)?.questions.find((one) => one.no === no)
    if (question) question.mine = said.choice
    useDraws().entered(id, { place, token, kept_out })
  }
  function clear(): void {
    stop()
    list.value = []
  }
  return { list, refresh, follow, stop, answer, clear }
})
