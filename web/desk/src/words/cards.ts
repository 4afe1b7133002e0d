import type { Words } from './catalogue'

/** What cards say of a product; these words come with its card. */
export const cards: Words = {
  title: ['商品卡信息', 'Card facts'],
  lead: ['观众在商品卡上看到这些。必填项为空或写“见详情”之类的链接不能上架。', 'Viewers see these on the card. A link is not shelved while a needed one is empty or says “see details”.'],
  rests: ['依据 {articles}', 'By {articles}'],
  needed: ['必填', 'Needed'],
  nothing: ['未写明', 'Says nothing'],
  saved: ['已保存，商品须重新审核', 'Saved; the product has to be approved again'],
}
