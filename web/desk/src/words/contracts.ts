import type { Words } from './catalogue'

/** Contracts with agencies; these words come with the page. */
export const contracts: Words = {
  tab: ['合作合同', 'Contracts'],
  lead: ['与主播所属机构的书面合同，须写明人员与内容管理、质量审核、消费者保护三项义务。', 'Written contracts with agencies whose people appear; each names three duties: people and content, quality checks, consumer protection.'],
  add: ['登记合同', 'Add a contract'],
  none: ['还没有合同', 'No contracts yet'],
  noneWhy: ['出镜人员归属机构时，没有合同不能开播。', 'Where somebody who appears belongs to an agency, no show opens without one.'],
  field: { party_name: ['机构名称', 'Agency'], clauses: ['合同写明的义务', 'Duties it names'] },
  clause: { has_security: ['人员与内容管理', 'People and content'], has_quality: ['质量审核', 'Quality checks'], has_consumer: ['消费者保护', 'Consumer protection'] },
  fillFirst: ['填好名称、信用代码和起始日期后，上传签署页即保存。', 'Fill in the name, credit code and first day; uploading the signed page then saves it.'],
  upload: ['选择签署页图片，即保存合同', 'Choose the signed page; this saves the contract'],
  end: ['终止', 'End'],
  endWhy: ['与 {name} 的合同从现在起不再有效。', 'The contract with {name} holds no longer.'],
  ended: ['{day} 终止', 'Ended {day}'],
}
