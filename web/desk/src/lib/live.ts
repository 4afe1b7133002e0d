/** Everything the desk knows of a running show: the socket's frames over the staff's snapshot. */

import {
  RoomSocket, ServerClock, applyFrame, auctionPhase, emptyRoomView, socketUrl, useNow, withLastWord,
  type LinkView, type RoomView, type SocketStatus,
} from '@kaibo/shared'
import { computed, onScopeDispose, reactive, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { api } from '../api'
import type { AuctionOn } from './auctions'
import { usePolling } from './load'
import { Level, Pace } from './pace'
import { whereInRun, type Where } from './running'
import type { DeskLink, DeskRoom, RunItem } from './types'

const SNAPSHOT_MS = 5_000
const PACE_MS = 2_000

/** One line of the goods table. */
export interface Goods {
  item: RunItem
  link: LinkView | null
  given: number | null
  held: number | null
  sold: number | null
  left: number
  state: LinkView['state']
  price: number | null
  /** Units that went into buyers' hands over the last minute. */
  pace: number | null
}

export interface Live {
  view: RoomView
  room: ShallowRef<DeskRoom | null>
  error: ShallowRef<unknown>
  status: Ref<SocketStatus>
  clock: ServerClock
  now: Readonly<Ref<number>>
  goods: ComputedRef<Goods[]>
  /** Planned and running, as the socket last had them. */
  auctions: ComputedRef<AuctionOn[]>
  /** How long the item on air has been explained. */
  spentMs: ComputedRef<number>
  where: ComputedRef<Where<RunItem>>
  ordersPerMinute: Ref<number | null>
  onlineChange: Ref<number | null>
  gmvPerMinute: Ref<number | null>
  reload: () => Promise<void>
}

class Rates {
  private readonly links = new Map<number, Pace>()
  readonly orders = new Pace()
  readonly gmv = new Pace()
  readonly online = new Level()

  note(view: RoomView, at: number): void {
    if (view.board) {
      this.orders.note(at, view.board.orders_paid)
      this.gmv.note(at, view.board.gmv_net_fen)
    }
    this.online.note(at, view.counters.online)
    for (const link of Object.values(view.links)) this.noteLink(view, link, at)
  }

  /** What left the shelf of a link: its own units and those of its flash sales. */
  private noteLink(view: RoomView, link: LinkView, at: number): void {
    const inSales = Object.values(view.sales)
      .filter((sale) => sale.link_no === link.link_no)
      .reduce((sum, sale) => sum + sale.units_total - sale.units_left, 0)
    const pace = this.links.get(link.link_no) ?? new Pace()
    this.links.set(link.link_no, pace)
    pace.note(at, inSales - link.units_left)
  }

  ofLink(linkNo: number, now: number): number | null {
    return this.links.get(linkNo)?.perMinute(now) ?? null
  }
}

/** The run of show joined with what the socket and the staff's snapshot say of each link. */
function goodsOf(items: readonly RunItem[], view: RoomView, links: readonly DeskLink[], paceOf: (link: number) => number | null): Goods[] {
  const staff = new Map(links.map((link) => [link.link_no, link]))
  return items.map((item) => {
    const link = view.links[item.link_no] ?? null
    const own = staff.get(item.link_no)
    return {
      item,
      link,
      given: own?.units_given ?? null,
      held: own?.units_held ?? null,
      sold: own?.units_sold ?? null,
      left: link?.units_left ?? own?.units_left ?? 0,
      state: link?.state ?? own?.state ?? 'planned',
      price: link?.price_fen ?? own?.price_fen ?? null,
      pace: paceOf(item.link_no),
    }
  })
}

export function useLive(showId: number): Live {
  const view = reactive(emptyRoomView()) as RoomView
  const room = shallowRef<DeskRoom | null>(null)
  const links = shallowRef<DeskLink[]>([])
  const error = shallowRef<unknown>(null)
  const status = ref<SocketStatus>('connecting')
  const lastExplained = ref<number | null>(null)
  const clock = new ServerClock()
  const now = useNow(clock)
  const rates = new Rates()
  const paceAt = ref(0)
  const [ordersPerMinute, gmvPerMinute, onlineChange] = [ref<number | null>(null), ref<number | null>(null), ref<number | null>(null)]

  async function reload(): Promise<void> {
    try {
      const [snapshot, shelf] = await Promise.all([
        api.get<DeskRoom>(`/desk/shows/${showId}/room`),
        api.get<DeskLink[]>(`/desk/shows/${showId}/links`).catch(() => []),
      ])
      room.value = snapshot
      links.value = shelf
      error.value = null
    } catch (problem) {
      error.value = problem
    }
  }

  const socket = new RoomSocket({
    url: socketUrl('/ws'),
    token: async () => (await api.post<{ token: string }>(`/desk/shows/${showId}/socket-token`)).token,
    onFrame: (frame) => {
      if (frame.t === 'welcome' || frame.t === 'snapshot' || frame.t === 'tick') clock.heard(frame.at)
      applyFrame(view, frame)
      if (view.explaining) lastExplained.value = view.explaining.link_no
    },
    onStatus: (next) => (status.value = next),
  })

  function measure(): void {
    const at = clock.now()
    rates.note(view, at)
    paceAt.value = at
    ordersPerMinute.value = rates.orders.perMinute(at)
    gmvPerMinute.value = rates.gmv.perMinute(at)
    onlineChange.value = rates.online.changeInMinute(at)
  }

  void reload().then(() => {
    if (room.value?.show.state === 'live') socket.start()
  })
  usePolling(reload, SNAPSHOT_MS)
  const timer = window.setInterval(measure, PACE_MS)
  onScopeDispose(() => {
    window.clearInterval(timer)
    socket.stop()
  })

  const goods = computed(() => goodsOf(room.value?.items ?? [], view, links.value, (link) => rates.ofLink(link, paceAt.value)))
  const auctions = computed(() =>
    (room.value?.auctions ?? []).map((one) => withLastWord(one, view.auctions[one.id])).filter((one) => auctionPhase(one, now.value) !== 'over'),
  )
  const minute = computed(() => {
    const started = room.value?.show.started_at
    return started ? Math.max(0, (now.value - Date.parse(started)) / 60_000) : 0
  })
  const spentMs = computed(() => (view.explaining ? Math.max(0, now.value - view.explaining.since) : 0))
  const where = computed(() =>
    whereInRun(room.value?.items ?? [], { minute: minute.value, onAir: view.explaining?.link_no ?? null, last: lastExplained.value }),
  )
  return { view, room, error, status, clock, now, goods, auctions, spentMs, where, ordersPerMinute, onlineChange, gmvPerMinute, reload }
}
