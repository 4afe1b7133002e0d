import type { Words } from './catalogue'

/** The blacklist; these words come with its page. */
export const blacklist: Words = {
  title: ['黑名单', 'Blacklist'],
  lead: ['列入须写明事实、理由、依据、期限与申诉途径；期满自动移出。', 'An entry states facts, reasons, legal basis, term and the way to appeal. It ends by itself.'],
  add: ['列入黑名单', 'Add an entry'],
  none: ['黑名单是空的。', 'Nobody is listed.'],
  who: { host: ['主播', 'Host'], operator: ['直播间运营者', 'Room operator'], agency: ['服务机构', 'Agency'] },
  state: { listed: ['列入', 'Listed'], appealed: ['申诉中', 'Appealed'], upheld: ['维持', 'Upheld'], removed: ['申诉成立移出', 'Removed on appeal'], ended: ['到期移出', 'Term over'] },
  field: {
    who: ['身份', 'Role'], name: ['姓名或名称', 'Name'], id_number: ['身份证号码', 'Identity number'], credit_code: ['统一社会信用代码', 'Credit code'], phone: ['手机号码', 'Phone'],
    facts: ['违法事实', 'Facts'], reason: ['理由', 'Reason'], basis: ['依据', 'Legal basis'], appeal_to: ['申诉途径', 'Where to appeal'], ends_at: ['期限至', 'Until'],
    appeal: ['申诉内容', 'What the appeal says'], answer: ['复核意见', 'Answer'],
  },
  kept: ['证件与号码只保存加密摘要和掩码。', 'Of numbers only keyed hashes and a mask are kept.'],
  basisIs: ['《直播电商监督管理办法》第十四条', '《直播电商监督管理办法》第十四条'],
  until: ['至 {at}', 'until {at}'],
  answerBy: ['{at} 前答复', 'answer by {at}'],
  letter: ['告知书', 'Letter'],
  appeal: ['登记申诉', 'Take an appeal in'],
  uphold: ['维持', 'Uphold'],
  remove: ['移出', 'Remove'],
  another: ['须由作出决定以外的同事复核', 'A colleague has to look at it, not who decided'],
  did: { added: ['已列入，请送达告知书', 'Listed; deliver the letter'], appealed: ['已登记申诉', 'Appeal taken in'], answered: ['已答复申诉', 'Appeal answered'] },
}
