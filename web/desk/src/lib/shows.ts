import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'
import type { Campaign, Host, Preflight, Show, ShowDetail, ShowState } from './types'

export const SHOW_MOOD: Record<ShowState, Mood> = { draft: 'plain', live: 'sell', ended: 'info' }

export const readShows = () => api.get<Show[]>('/desk/shows')
export const readShow = (id: number) => api.get<ShowDetail>(`/desk/shows/${id}`)
export const readPreflight = (id: number) => api.get<Preflight>(`/desk/shows/${id}/preflight`)
export const readHosts = () => api.get<Host[]>('/desk/hosts')
export const readCampaigns = () => api.get<Campaign[]>('/desk/campaigns')

/** A path of the desk that a check points to, as the router knows it; null when it is none. */
export function deskPath(where: string): string | null {
  const path = where.replace(/^\/desk(?=\/|$)/, '')
  return /^\/(?![/\\])/.test(path) ? path : null
}

export interface ShowGroups {
  live: Show[]
  upcoming: Show[]
  past: Show[]
}

/** Live first; then what comes, soonest first; then what was, latest first. */
export function grouped(shows: readonly Show[]): ShowGroups {
  const by = (state: ShowState) => shows.filter((show) => show.state === state)
  const start = (show: Show) => Date.parse(show.started_at ?? show.starts_at)
  return {
    live: by('live').sort((a, b) => start(b) - start(a)),
    upcoming: by('draft').sort((a, b) => start(a) - start(b)),
    past: by('ended').sort((a, b) => start(b) - start(a)),
  }
}
