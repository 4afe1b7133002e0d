/** The first five steps; each ticks itself when the thing is there. */

import type { Host, Preflight, Show } from './types'

export type StepName = 'products' | 'approve' | 'host' | 'show' | 'preflight'

export interface Step {
  name: StepName
  done: boolean
  to: string
}

export interface Known {
  shows: readonly Show[]
  preflights: readonly Preflight[]
  /** Null when the person's role may not read them; such steps are left out. */
  hosts: readonly Host[] | null
  states: Record<string, number> | null
}

export function stepsOf(known: Known): Step[] {
  const draft = known.shows.find((show) => show.state === 'draft')
  const wentLive = known.shows.some((show) => show.state !== 'draft')
  const steps: Step[] = []
  if (known.states) {
    const all = Object.values(known.states).reduce((sum, n) => sum + n, 0)
    steps.push({ name: 'products', done: all > 0, to: '/products' })
    steps.push({ name: 'approve', done: (known.states.approved ?? 0) > 0, to: '/products?state=submitted' })
  }
  if (known.hosts) {
    const verified = known.hosts.some((h) => h.identity === 'valid' || h.identity === 'due')
    steps.push({ name: 'host', done: verified, to: '/hosts' })
  }
  steps.push({ name: 'show', done: known.shows.length > 0, to: '/shows/new' })
  const ready = wentLive || known.preflights.some((p) => p.state !== 'red')
  steps.push({ name: 'preflight', done: ready, to: draft ? `/shows/${draft.id}/preflight` : '/shows' })
  return steps
}
