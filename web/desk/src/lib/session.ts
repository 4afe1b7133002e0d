/** Who is signed in and what they may do. The server decides; this only hides what it refuses. */

import { Refused } from '@kaibo/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '../api'
import type { Session } from './types'

export const useSession = defineStore('session', () => {
  const session = ref<Session | null>(null)
  const asked = ref(false)
  const signedIn = computed(() => session.value !== null)

  /** Asks the server once; a network failure is thrown, being signed out is not. */
  async function ask(): Promise<void> {
    try {
      session.value = await api.get<Session>('/session')
    } catch (problem) {
      if (!(problem instanceof Refused) || problem.status !== 401) throw problem
      session.value = null
    }
    asked.value = true
  }
  async function signIn(username: string, password: string): Promise<void> {
    session.value = await api.post<Session>('/session', { username, password })
    asked.value = true
  }
  async function changePassword(old: string, fresh: string): Promise<void> {
    session.value = await api.post<Session>('/session/password', { old, new: fresh })
  }
  async function signOut(): Promise<void> {
    await api.delete('/session')
    session.value = null
  }
  function may(permission: string): boolean {
    return session.value?.permissions.includes(permission) ?? false
  }
  return { session, asked, signedIn, ask, signIn, changePassword, signOut, may }
})
