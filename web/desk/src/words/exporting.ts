import type { Words } from './catalogue'

/** Which list a file holds, where a page has several. */
export const exporting: Words = {
  awards: ['中奖', 'Awards'],
  barred: ['不参与抽奖名单', 'Barred viewers'],
  bids: ['出价', 'Bids'],
  campaigns: ['活动', 'Campaigns'],
  claims: ['抢购', 'Claims'],
  codes: ['兑换码', 'Codes'],
  coupons: ['已发的券', 'Coupons'],
  deletions: ['删除', 'Deletions'],
  entries: ['参与名单', 'Entries'],
  findings: ['命中', 'Findings'],
  holds: ['保全', 'Holds'],
  links: ['链接', 'Links'],
  minutes: ['逐分钟', 'Minutes'],
  packs: ['规则包', 'Packs'],
  portions: ['领取记录', 'Portions'],
  products: ['商品', 'Products'],
  questions: ['题目', 'Questions'],
  rights: ['权益', 'Rights'],
  rules: ['规则', 'Rules'],
  sales: ['秒杀', 'Flash sales'],
  suppliers: ['供应商', 'Suppliers'],
  uses: ['使用记录', 'Uses'],
}
