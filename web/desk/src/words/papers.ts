import type { Words } from './catalogue'

/** The papers of a product; these words come with its card. */
export const papers: Words = {
  title: ['证照与价格凭证', 'Papers and price documents'],
  add: ['登记证照或凭证', 'Add a paper'],
  needs: ['{what}须有：{kinds}', '{what} must have: {kinds}'],
  met: ['已具备', 'Held'],
  lacks: ['缺少', 'Missing'],
  lead: ['缺少有效证照的商品不能上架；播出中到期会在一分钟内自动下架。', 'Goods without valid papers cannot be shelved. If papers run out on air, the link closes within a minute.'],
  none: ['还没有登记证照。', 'No papers yet.'],
  noNeed: ['这个类目没有必备证照。', 'This category needs no papers.'],
  field: { kind: ['种类', 'Kind'], number: ['编号', 'Number'], issuer: ['发证机关或出具方', 'Issuer'], valid_from: ['有效期起', 'Valid from'], valid_to: ['有效期止', 'Valid to'], price_fen: ['凭证上的单价', 'Price of a unit on it'], sku_id: ['适用规格', 'For which SKU'], state: ['复核', 'Review'] },
  everySku: ['全部规格', 'Every SKU'],
  daysMax: ['必填，最多 {days} 天', 'Needed; at most {days} days'],
  noEnd: ['未载明期限可留空', 'Leave empty if it says no end'],
  example: ['例如 {number}', 'For example {number}'],
  verdict: { waiting: ['待复核', 'To be checked'], accepted: ['已通过', 'Accepted'], refused: ['未通过', 'Refused'] },
  accept: ['通过', 'Accept'],
  refuse: ['驳回', 'Refuse'],
  why: ['驳回的理由', 'Why it is refused'],
  another: ['须由登记人以外的同事复核', 'A colleague has to check it, not who entered it'],
  did: { added: ['已登记，请另一位同事复核', 'Added; a colleague has to check it'], accepted: ['证照已通过', 'Paper accepted'], refused: ['证照已驳回', 'Paper refused'] },
}
