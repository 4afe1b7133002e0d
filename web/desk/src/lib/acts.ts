/** What the desk does to a running show: each act, its confirmation, and its way back. */

import { priceText, type ChatLine, type SaleView } from '@kaibo/shared'
import { ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { api } from '../api'
import type { Goods, Live } from './live'
import { useVoice } from './say'
import { useChange, type MakeChange, type Undo } from './change'
import type { RunItem } from './types'

const UNDO_MS = 10_000
const MUTE_MINUTES = 10

export interface FlashTerms {
  price_fen: number
  units: number
  per_buyer_max: number
  opens_in_s: number
  lasts_s: number
  pay_within_s: number
  has_waitlist: boolean
  early_tier: number
  early_s: number
}

export interface Acts {
  undo: Ref<Undo | null>
  pop: (link: number) => Promise<void>
  explain: (link: number) => Promise<void>
  stop: () => Promise<void>
  open: (goods: Goods, price: number | null) => Promise<void>
  /** Opens at the planned price, to a fan tier first. */
  openEarly: (goods: Goods, early: { early_tier: number; early_s: number }) => Promise<boolean>
  stock: (link: number, units: number) => Promise<void>
  close: (goods: Goods) => Promise<void>
  schedule: (link: number, terms: FlashTerms) => Promise<boolean>
  startSale: (sale: SaleView) => Promise<void>
  stopSale: (sale: SaleView) => Promise<void>
  notice: (text: string) => Promise<void>
  tellHost: (text: string) => Promise<void>
  mute: (line: ChatLine) => Promise<void>
  hide: (line: ChatLine) => Promise<void>
  /** Whoever belongs to the shop wins no draw of it. */
  bar: (line: ChatLine) => Promise<void>
  moveItem: (item: RunItem, position: number) => Promise<void>
  takeBack: () => Promise<void>
}

export function useActs(showId: number, live: Live): Acts {
  const { t } = useI18n()
  const { attempt, fail, sure } = useVoice()
  const base = `/desk/shows/${showId}`
  const undo = ref<Undo | null>(null)
  let forget = 0

  function offerUndo(text: string, back: () => Promise<unknown>, lastsMs = UNDO_MS): void {
    undo.value = { text, back, until: Date.now() + lastsMs }
    window.clearTimeout(forget)
    forget = window.setTimeout(() => (undo.value = null), lastsMs)
  }
  const make = useChange(offerUndo)
  const change: MakeChange = (...asked) => make(...asked).catch((problem: unknown) => (fail(problem), null))
  async function takeBack(): Promise<void> {
    const step = undo.value
    undo.value = null
    if (!step) return
    await attempt(step.back, t('live.did.undone'))
    await live.reload()
  }
  const explainCall = (link: number | null) =>
    link === null ? api.delete(`${base}/explaining`) : api.post(`${base}/explaining`, { link_no: link })

  async function explain(link: number): Promise<void> {
    const before = live.view.explaining?.link_no ?? null
    const said = t('live.did.explain', { n: link })
    if (await attempt(() => explainCall(link), said)) offerUndo(said, () => explainCall(before))
  }
  async function stop(): Promise<void> {
    const before = live.view.explaining?.link_no ?? null
    if (before === null) return
    const said = t('live.did.stopExplain')
    if (await attempt(() => explainCall(null), said)) offerUndo(said, () => explainCall(before))
  }
  async function pop(link: number): Promise<void> {
    await attempt(() => api.post(`${base}/pop`, { link_no: link }), t('live.did.pop', { n: link }))
  }
  async function open(goods: Goods, price: number | null): Promise<void> {
    const { link_no, price_fen: planned } = goods.item
    const asked = price ?? goods.price ?? planned
    await change(base, { kind: 'price', link_no, price_fen: asked }, t('live.did.open', { n: link_no, price: priceText(asked) }))
    await live.reload()
  }
  async function stock(link: number, units: number): Promise<void> {
    await change(base, { kind: 'units', link_no: link, units }, t('live.did.stock', { n: link, units }))
    await live.reload()
  }
  async function close(goods: Goods): Promise<void> {
    const n = goods.item.link_no
    const agreed = await sure({ title: t('live.ask.closeLink', { n }), sentence: t('live.ask.closeLinkWhy', { left: goods.left }), act: t('live.act.closeLink') })
    if (agreed) await attempt(() => api.post(`${base}/links/${n}/close`), t('live.did.close', { n }))
    await live.reload()
  }
  const words = wordActs(base, live, { t, attempt, sure, offerUndo })
  const sales = saleActs(base, live, { t, attempt, sure, change })
  async function moveItem(item: RunItem, position: number): Promise<void> {
    await attempt(() => api.post(`${base}/items/${item.link_no}/move`, { position }), t('live.did.moved'))
    await live.reload()
  }
  return { undo, pop, explain, stop, open, stock, close, moveItem, takeBack, ...words, ...sales }
}

type Attempt = (work: () => Promise<unknown>, done?: string) => Promise<boolean>
type Say = (key: string, named?: Record<string, unknown>) => string

/** Acts upon words: the notice, the host's line, and what viewers wrote. */
function wordActs(
  base: string,
  live: Live,
  { t, attempt, sure, offerUndo }: { t: Say; attempt: Attempt; sure: ReturnType<typeof useVoice>['sure']; offerUndo: (text: string, back: Undo['back']) => void },
): Pick<Acts, 'notice' | 'tellHost' | 'mute' | 'hide' | 'bar'> {
  async function notice(text: string): Promise<void> {
    const before = live.view.room?.notice ?? ''
    const said = text ? t('live.did.notice') : t('live.did.unpin')
    const pin = (words: string) => api.post(`${base}/notice`, { text: words })
    if (await attempt(() => pin(text), said)) offerUndo(said, () => pin(before))
  }
  async function tellHost(text: string): Promise<void> {
    const before = live.view.hostNote
    const said = text ? t('live.did.host') : t('live.did.hostClear')
    const say = (words: string) => api.post(`${base}/host-note`, { text: words })
    if (await attempt(() => say(text), said)) offerUndo(said, () => say(before))
  }
  async function mute(line: ChatLine): Promise<void> {
    const said = t('live.did.mute', { name: line.nickname, n: MUTE_MINUTES })
    const call = (minutes: number) => api.post(`${base}/mutes`, { viewer_id: line.viewer_id, minutes })
    if (await attempt(() => call(MUTE_MINUTES), said)) offerUndo(said, () => call(0))
    await live.reload()
  }
  async function hide(line: ChatLine): Promise<void> {
    await attempt(() => api.post(`${base}/messages/${line.id}/hide`, { reason: '' }), t('live.did.hide'))
  }
  async function bar(line: ChatLine): Promise<void> {
    const words = { name: line.nickname }
    const agreed = await sure({ title: t('live.bar.title', words), sentence: t('live.bar.why'), act: t('live.act.bar') })
    if (agreed) await attempt(() => api.post('/desk/barred-viewers', { viewer_id: line.viewer_id, reason: 'affiliate' }), t('live.did.bar', words))
  }
  return { notice, tellHost, mute, hide, bar }
}

function saleActs(
  base: string,
  live: Live,
  { t, attempt, sure, change }: { t: Say; attempt: Attempt; sure: ReturnType<typeof useVoice>['sure']; change: MakeChange },
): Pick<Acts, 'openEarly' | 'schedule' | 'startSale' | 'stopSale'> {
  async function openEarly(goods: Goods, early: { early_tier: number; early_s: number }): Promise<boolean> {
    const { link_no, price_fen } = goods.item
    const made = await change(base, { kind: 'price', link_no, price_fen: goods.price ?? price_fen, ...early }, t('fans.opened', { n: early.early_s }))
    await live.reload()
    return made !== null
  }
  async function schedule(link: number, terms: FlashTerms): Promise<boolean> {
    const { price_fen, units, ...sale } = terms
    const made = await change(base, { kind: 'flash_sale', link_no: link, price_fen, units, sale }, t('live.did.flash'))
    await live.reload()
    return made !== null
  }
  async function startSale(sale: SaleView): Promise<void> {
    const words = { n: sale.link_no, price: priceText(sale.price_fen), units: sale.units_total, max: sale.units_per_buyer_max }
    const agreed = await sure({ title: t('live.ask.flashStart'), sentence: t('live.ask.flashStartWhy', words), act: t('live.act.flashStart') })
    if (agreed) await attempt(() => api.post(`/desk/flash-sales/${sale.id}/start`), t('live.did.flashStart'))
  }
  async function stopSale(sale: SaleView): Promise<void> {
    const agreed = await sure({ title: t('live.ask.flashStop'), sentence: t('live.ask.flashStopWhy', { left: sale.units_left }), act: t('live.act.flashStop') })
    if (agreed) await attempt(() => api.post(`/desk/flash-sales/${sale.id}/stop`), t('live.did.flashStop'))
  }
  return { openEarly, schedule, startSale, stopSale }
}
