import type { Words } from './catalogue'

/** Accepting a statement, and what hosts and agencies get. */
export const accept: Words = {
  act: ['确认入账', 'Accept and enter'],
  why: ['对上的行：手续费记入“支付手续费”；提现记入“银行存款”。每行按单号只记一次。', 'Of the lines that agree the fees are entered, and every payout to the bank; each line once, by its number.'],
  payouts: ['提现 {n} 笔', 'Payouts: {n}'],
  reason: ['有差异时写明原因（有差异的行不入账）', 'Why it is accepted although it differs (what differs is not entered)'],
  done: ['已入账 {n} 笔：手续费 {fees}，退回 {back}，提现 {payouts}', '{n} entered: fees {fees}, given back {back}, payouts {payouts}'],
  none: ['这份对账单没有新的可记', 'Nothing new in this statement'],
  past: ['入过账的对账单', 'Accepted statements'],
  differed: ['差异 {n}：{reason}', '{n} differ: {reason}'],
}

export const commission: Words = {
  lead: ['主播和机构按比例拿佣金：付款时计提，退款按比例冲回，一分不差。', 'What hosts and agencies get of what is sold: owed with the payment, undone with a refund, to the fen.'],
  due: ['应付佣金', 'Commission due'],
  payee: ['归谁', 'Whose'],
  kind: { host: ['主播', 'host'], agency: ['机构', 'agency'] },
  lines: ['商品行', 'Lines'],
  accrued: ['计提', 'Accrued'],
  left: ['退款后应付', 'Due after refunds'],
  empty: ['这段时间没有佣金', 'No commission in this period'],
  emptyWhy: ['先在下面设比例；之后付款的订单会按比例计提。', 'Set a rate below; orders paid from then on owe by it.'],
  rates: ['比例', 'Rates'],
  show: ['场次', 'Show'],
  link: ['链接（空为整场）', 'Link (empty: the whole show)'],
  whole: ['整场', 'whole show'],
  linkNo: ['{n} 号链接', 'link {n}'],
  rate: ['比例（%）', 'Rate (%)'],
  rateWrong: ['写成 0 到 90 之间的百分数，最多两位小数；0 为停止。', 'A percentage from 0 to 90 with at most two decimals; 0 ends it.'],
  from: ['从', 'From'],
  now: ['现在起', 'From now on'],
  agencyName: ['机构名称', 'Name of the agency'],
  set: ['设比例', 'Set the rate'],
  did: ['比例已生效，之后付款的订单按它计提', 'The rate stands for orders paid from then on'],
  by: ['{name} 于 {at}', '{name}, {at}'],
  none: ['还没有设过比例。', 'No rate is set yet.'],
  rule: ['链接的比例优先于整场的；已付款的订单不变。', 'A link’s own rate goes before the show’s; orders that are paid keep theirs.'],
}
