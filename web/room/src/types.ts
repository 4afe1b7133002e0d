/** Answers of the HTTP API that only the room page reads; frames are in `@kaibo/shared`. */

import type { AuctionNow } from '@kaibo/shared'

export interface RoomPublic {
  code: string
  title: string
  state: 'soon' | 'live' | 'ended'
  starts_at: string
  host: { name: string; avatar_url: string }
  seller: { name: string; licence_no: string; address: string; contact: string }
  cover_url: string
  /** Believable but invented: shown on the picture for as long as the room is open. */
  demo: boolean
  picture: { playlist: string; state: string }
}

export interface Entered {
  token: string
  viewer: { id: number; nickname: string }
  show_id: number
  server_time: string | number
  socket: string
}

export interface ClaimView {
  id: number
  sale_id: number
  units: number
  unit_price_fen: number
  state: 'held' | 'ordered' | 'paid' | 'released'
  pay_before: string | null
}

/** A place in the waitlist of a sale; 1 is next. */
export interface PlaceView {
  sale_id: number
  link_no: number
  title: string
  units: number
  place: number
  joined_at: string
}

/** What the reporter of a wrong keeps. */
export interface Receipt {
  number: string
  due_at: string
}

export interface Address {
  name: string
  phone: string
  region: string
  detail: string
  /** Of the district that was picked (GB/T 2260); none where the region was typed. */
  region_code?: string
  postcode?: string
}

export interface SavedAddress {
  id: number
  receiver_masked: string
  region: string
  is_default: boolean
}

/** How a link is bought: alone, in a group that one opens or joins, by a deposit now, or as won in an auction. */
export type Way =
  | { kind: 'alone' }
  | { kind: 'group'; offerId: number; groupId: number | null; priceFen: number; unitsMax: number }
  | { kind: 'presale'; terms: PresaleTerms }
  | { kind: 'won'; win: WinView }

export interface PresaleTerms {
  id: number
  link_no: number
  price_fen: number
  deposit_fen: number
  worth_fen: number
  balance_fen: number
  kind: 'earnest' | 'advance'
  late_rule: 'forfeit' | 'return'
  balance_opens_at: string
  balance_closes_at: string
  ship_by: string
  refund_deadline_days: number
  per_buyer_max: number
  words_zh: string
  words_en: string
}

export interface GroupView {
  id: number
  group_offer_id: number
  link_no: number
  title: string
  price_fen: number
  size: number
  paid: number
  refunded: number
  seats_left: number
  state: 'open' | 'full' | 'succeeded' | 'expired' | 'refunded'
  fills_before: string
  members: { name_masked: string; is_leader: boolean; is_me: boolean; state: string; order_no: string | null }[]
}

/** A bid as everybody sees it. */
export interface BidShown {
  number: number
  price_fen: number
  made_at: string
  name_masked: string
  is_me: boolean
}

/** An auction (竞价): every term but a reserve's amount, the newest bids, this viewer's part. */
export interface AuctionCard extends AuctionNow {
  id: number
  link_no: number
  title: string
  image_url: string
  units: number
  start_fen: number
  step_fen: number
  buy_now_fen: number | null
  has_reserve: boolean
  is_reserve_met: boolean
  closes_at: string
  last_end: string
  bids_per_buyer_max: number
  least_fen: number
  shown: BidShown[]
  my_bids: number
  leads: boolean
  words_zh: string
  words_en: string
}

/** The answer to one's own bid. */
export interface BidView {
  auction_id: number
  number: number
  price_fen: number
  ends_at: string
  least_fen: number
  leads: boolean
  state: AuctionCard['state']
}

/** One unit won, or offered after `turn` others let it go. */
export interface WinView {
  id: number
  auction_id: number
  link_no: number
  title: string
  price_fen: number
  turn: number
  pay_before: string
  state: 'held' | 'ordered' | 'paid' | 'lapsed'
}

/** What is about to be bought: a link of the shelf, or a claim that was won. */
export interface Purchase {
  linkNo: number
  title: string
  spec: string
  imageUrl: string
  unitPriceFen: number
  unitsMax: number
  claim: { id: number; units: number; payBefore: string | null } | null
  way: Way
}

/** A promotion's part in a price, in words. */
export interface PriceNote {
  promotion_id: number
  why: string
  text_zh: string
  text_en: string
  off_fen: number
}

/** What goes with a basket for nothing: name, number and value, as published. */
export interface GiftView {
  promotion_id: number
  title_zh: string
  title_en: string
  sku_id: number
  title: string
  spec: string
  image_url: string
  units: number
  value_fen: number
  units_left: number
}

/** What one line would cost now; an order that names the same coupons costs the same. */
export interface QuoteView {
  before_fen: number
  total_fen: number
  coupon_ids: number[]
  notes: PriceNote[]
  gifts: GiftView[]
  /** For so many days a lower price is paid back; 0 is not promised. */
  protects_days: number
}

export interface CartLine {
  link_no: number
  title: string
  spec: string
  image_url: string
  units: number
  unit_price_fen: number | null
  seen_fen: number | null
  amount_fen: number | null
  /** Why it can't be had now; empty when it can. */
  why: string
  why_zh: string
  why_en: string
}

/** Links that are sent together, within so many hours of the payment. */
export interface CartShipment {
  ship_within_h: number
  links: number[]
}

export interface CartView {
  shipments: CartShipment[]
  lines: CartLine[]
  before_fen: number
  total_fen: number
  coupon_ids: number[]
  suggested_coupon_ids: number[]
  suggested_total_fen: number
  notes: PriceNote[]
  gifts: GiftView[]
  protects_days: number
}

export interface Prize {
  name: string
  /** A coupon comes to its winner by itself. */
  kind: 'goods' | 'right' | 'coupon'
  value_fen: number
  proof: string
  count: number
}

export interface AwardView {
  id: number
  prize: string
  value_fen: number
  state: 'awarded' | 'claimed' | 'shipped' | 'given' | 'lapsed'
  lapses_at: string
  /** Of a coupon. */
  good_until: string | null
}

/** A draw with everything that is said before it (and this viewer's part in it). */
export interface DrawCard {
  id: number
  state: 'published' | 'open' | 'closed' | 'drawn' | 'settled'
  /** How many it asks; with any, one enters it by answering. */
  questions: number
  terms: {
    title: string
    prizes: Prize[]
    audience: string
    /** Whether a word has to be typed; which one is the host's to say. */
    keyword: boolean
    opens_at: string
    closes_at: string
    claim_days: number | null
    claim_how: string
    organiser: string
  }
  way_zh: string
  way_en: string
  commit: string
  entries: number
  entry: EntryView | null
  award: AwardView | null
}

/** A place in the list of a draw; none for staff and those close to them. */
export interface EntryView {
  place: number | null
  token: string
  kept_out: string
}

/** A question that has begun; what is right is empty before the draw is closed. */
export interface QuestionCard {
  no: number
  text: string
  choices: string[]
  starts_at: string
  ends_at: string
  mine: number | null
  right: number | null
}

/** The quiz (答题) of a draw: the questions so far, and when the next one begins. */
export interface QuizCard {
  draw_id: number
  state: DrawCard['state']
  /** How long each question can be answered, those to come too. */
  seconds: number[]
  questions: QuestionCard[]
  next_at: string | null
  now: string
  /** Whether the viewer was right every time; empty before the draw is closed. */
  is_right: boolean | null
}

export interface AnswerView extends EntryView {
  no: number
  choice: number | null
}

/** A red packet (红包): all that is said before it, and this viewer's portion. */
export interface PacketCard {
  id: number
  state: 'published' | 'open' | 'finished'
  terms: {
    title: string
    total_fen: number
    number: number
    split: 'equal' | 'random'
    least_fen: number | null
    most_fen: number | null
    audience: string
    opens_at: string
    closes_at: string
    credit_days: number | null
    organiser: string
  }
  way_zh: string
  way_en: string
  commit: string
  /** What each portion is, where it is a coupon of the shop and no amount of its own. */
  coupon: { title_zh: string; title_en: string } | null
  left: number
  portion: { place: number; token: string; fen: number; good_until: string } | null
}

/** One place of an invitation's board; strangers have masked names. */
export interface BoardRow {
  place: number
  name: string
  counted: number
  is_me: boolean
}

/** An invitation (邀请有礼): all that is said before it, and this viewer's part in it. */
export interface InviteCard {
  id: number
  state: 'published' | 'open' | 'finished'
  terms: {
    title: string
    task: 'watch' | 'follow' | 'order'
    watch_minutes: number | null
    newcomer: 'visitor' | 'buyer'
    invitees_per_reward: number
    rewards_per_inviter: number
    rewards_total: number
    per_address: number
    opens_at: string
    closes_at: string
    organiser: string
  }
  way_zh: string
  way_en: string
  reward: { title_zh: string; title_en: string }
  left: number
  /** Of one's own link; empty until it was asked for. */
  code: string
  counted: number
  pending: number
  not_counted: number
  rewards: number
  undone: number
  owed: number
  board: BoardRow[]
  place: number | null
  /** How one stands oneself, if one came by somebody's link. */
  invited: '' | 'pending' | 'counted' | 'no'
}
