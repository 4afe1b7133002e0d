/** Auctions (竞价) of this room: read once, kept true by the socket, read again where it must be. */

import { newKey, Refused, type AuctionEvent, type WinEvent } from '@kaibo/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from '../api'
import { foremost, heard, newer, withMine } from '../bidding'
import type { AuctionCard, BidView, WinView } from '../types'
import { useRoom } from './room'

/** Everybody is told at once and must not ask at once. */
const [LEAST_MS, SPREAD_MS] = [400, 2_000]

/** The work is done once, a random moment later, however often it was asked for until then. */
function spread(work: () => void): { ask: () => void; forget: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const forget = () => {
    clearTimeout(timer)
    timer = undefined
  }
  const ask = () => {
    timer ??= setTimeout(() => {
      timer = undefined
      work()
    }, LEAST_MS + Math.random() * SPREAD_MS)
  }
  return { ask, forget }
}

export const useAuctions = defineStore('auctions', () => {
  const room = useRoom()
  const read = ref<AuctionCard[]>([])
  const wins = ref<WinView[]>([])
  /** Somebody looks at the bids, so their names are read with each. */
  const isWatched = ref(false)
  const list = computed(() => read.value.map((card) => heard(card, room.view.auctions[card.id])))
  const current = computed(() => foremost(list.value))
  const ofLink = (linkNo: number) => foremost(list.value.filter((card) => card.link_no === linkNo))
  let lastTry: { wish: string; key: string } | null = null
  const soon = spread(() => void readList().catch(() => undefined))

  async function readList(): Promise<void> {
    const known = new Map(read.value.map((card) => [card.id, card]))
    const found = await api.get<AuctionCard[]>('/my/auctions')
    read.value = found.map((card) => newer(known.get(card.id), card))
  }
  async function readWins(): Promise<void> {
    wins.value = await api.get<WinView[]>('/my/wins')
  }
  /** What cannot be read stays as it was; the next word or look tries again. */
  async function refresh(): Promise<boolean> {
    try {
      await Promise.all([readList(), readWins()])
      return true
    } catch {
      return false
    }
  }

  function put(card: AuctionCard): void {
    read.value = read.value.map((one) => (one.id === card.id ? newer(one, card) : one))
  }
  async function look(id: number): Promise<void> {
    try {
      put(await api.get<AuctionCard>(`/my/auctions/${id}`))
    } catch {
      // As above.
    }
  }

  /** The price came with the word; the rest is read only by whom it concerns. */
  function hear(event: AuctionEvent): void {
    const card = read.value.find((one) => one.id === event.auction_id)
    const isSaid = card && event.state === 'running' && (!card.has_reserve || card.is_reserve_met) && !(card.units > 1 && card.my_bids > 0)
    if (!isSaid || isWatched.value) soon.ask()
  }
  function hearWin(event: WinEvent): void {
    wins.value = wins.value.map((win) => (win.id === event.win_id ? { ...win, state: event.state } : win))
    void readWins().catch(() => undefined)
  }

  /** The same wish keeps its key until the server has answered it, so it is one bid. */
  async function bid(id: number, priceFen: number): Promise<BidView> {
    const wish = `${id} ${priceFen}`
    if (lastTry?.wish !== wish) lastTry = { wish, key: newKey() }
    const { key } = lastTry
    try {
      const made = await api.post<BidView>(`/my/auctions/${id}/bids`, { price_fen: priceFen, request_key: key }, { key })
      lastTry = null
      const card = read.value.find((one) => one.id === id)
      if (card) put(withMine(card, made))
      return made
    } catch (error) {
      if (error instanceof Refused && !error.isUnknown) lastTry = null
      throw error
    } finally {
      void look(id)
    }
  }

  function clear(): void {
    soon.forget()
    read.value = []
    wins.value = []
    lastTry = null
  }
  return { list, wins, current, isWatched, ofLink, refresh, hear, hearWin, bid, clear }
})
