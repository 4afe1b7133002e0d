import type { Words } from './catalogue'

/** Published rules; these words come with the page. */
export const rules: Words = {
  lead: ['营销规则与商品负面目录向所有人公开；修改须公示满 7 天，影响较大的满 15 天。', 'Live-marketing rules and the negative list are public. A change waits for 7 days of notice, 15 where its impact is large.'],
  from: ['本系统适用“{name}”公布的规则。', 'The rules of “{name}” hold here.'],
  open: ['公开页面', 'Public page'],
  kind: { marketing: ['直播营销管理规则', 'Live-marketing rules'], negative_list: ['商品负面目录', 'Negative list of goods'], service: ['平台服务协议', 'Service agreement'] },
  state: { in_force: ['现行', 'In force'], announced: ['公示中', 'Announced'], past: ['已被取代', 'Replaced'], dropped: ['未生效即被取代', 'Replaced before effect'] },
  impact: { minor: ['一般修改（公示 7 天）', 'Ordinary change (7 days)'], major: ['影响较大（公示 15 天）', 'Large impact (15 days)'] },
  publish: ['发布新版', 'Publish a version'],
  publishWhy: ['发布后任何人可见，不能修改或删除。', 'Everybody can read it from then on; it cannot be changed or deleted.'],
  published: ['已发布第 {n} 版，{at} 起施行', 'Version {n} published, in force from {at}'],
  none: ['还没有公布', 'Not published yet'],
  version: ['第 {n} 版 · {title}', 'Version {n} · {title}'],
  period: ['{from} 至 {until}', '{from} to {until}'],
  since: ['{from} 起施行', 'in force from {from}'],
  note: ['已阅读并确认', 'Read and acknowledged'],
  noted: ['{who} {at} 确认', 'acknowledged by {who}, {at}'],
  unread: ['未确认', 'Not acknowledged'],
  noteWhy: ['现行规则未确认时，直播不能开播。', 'Without a note of the rules in force no show opens.'],
  opinions: ['{n} 条意见', '{n} opinions'],
  noOpinions: ['还没有人提意见', 'No opinions yet'],
  operators: ['已确认的运营者', 'Operators that took note'],
  field: {
    title_zh: ['标题（中文）', 'Title, Chinese'], title_en: ['标题（英文，可不填）', 'Title, English (may be empty)'], text_zh: ['全文（中文，以此为准）', 'Full text, Chinese (the one that binds)'], text_en: ['全文（英文，可不填）', 'Full text, English (may be empty)'],
    summary_zh: ['改了什么（中文）', 'What changes, Chinese'], summary_en: ['改了什么（英文）', 'What changes, English'], impact: ['影响', 'Impact'], when: ['生效', 'Takes effect'],
  },
  earliest: ['公示期满即生效', 'As soon as the notice is over'],
  atOnce: ['立即生效（首次公布）', 'At once (first version)'],
  later: ['指定时间', 'At a moment of choice'],
}
