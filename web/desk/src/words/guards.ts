import type { Words } from './catalogue'

/** The breaker, changes that need two people, and the thresholds behind both. */
export const guards: Words = {
  title: ['护栏', 'Guards'],
  lead: ['让利太多会自动停卖；危险的改动要第二个人确认。', 'Selling stops by itself when too much is given away; dangerous changes wait for a second person.'],
  ask: {
    title: ['这个改动要第二个人确认', 'A second person has to confirm'],
    act: ['提交确认', 'Ask for it'],
    asked: ['已提交，等另一位同事在“护栏”里确认', 'Asked; a colleague confirms it under Guards'],
  },
  trips: ['熔断', 'Breaker'],
  tripsNone: ['没有熔断，一切照常在卖。', 'Nothing has tripped; everything sells.'],
  trip: ['{n} 号链接{what}：{window}内让利 {off}，上限 {most}', 'Link {n}{what}: {off} given away within {window}, at most {most}'],
  tripCorrection: ['{n} 号链接{what}：口播更正逾期', 'Link {n}{what}: a correction is overdue'],
  tripSale: ['的秒杀', ', its flash sale'],
  window: { s: ['{n} 秒', '{n} s'], min: ['{n} 分钟', '{n} min'], h: ['{n} 小时', '{n} h'] },
  changes: ['改动', 'Changes'],
  changesNone: ['没有等待确认的改动。', 'No change waits.'],
  change: {
    price: ['{n} 号链接改价为 {price}', 'Link {n} at {price}'],
    units: ['{n} 号链接加 {units} 件', 'Link {n}: {units} units more'],
    flash_sale: ['{n} 号链接秒杀 {price} × {units} 件', 'Link {n}: flash sale at {price}, {units} units'],
  },
  danger: { deep_cut: ['低于参考价的三成', 'Far below the reference price'], large_sum: ['可能让利 {off}', 'May give away {off}'] },
  state: {
    tripped: ['已停卖', 'Stopped'], asked: ['待确认', 'Waits'], reset: ['已恢复', 'Sells again'], lifted: ['已解除', 'Lifted'],
    made: ['已生效', 'Made'], rejected: ['已驳回', 'Rejected'], undone: ['已撤销', 'Undone'], lapsed: ['已过期', 'Lapsed'],
  },
  act: { ask: ['申请恢复', 'Ask to sell again'], confirm: ['确认', 'Confirm'], refuse: ['驳回', 'Refuse'], undo: ['撤销', 'Undo'] },
  reason: ['核对了什么、为什么可以继续卖？', 'What was checked, and why may it sell again?'],
  confirmTrip: ['恢复 {n} 号链接的售卖？', 'Let link {n} sell again?'],
  confirmTripWhy: ['申请理由：{reason}。确认后重新开始计数。', 'The reason given: {reason}. Counting begins anew.'],
  confirmChange: ['让改动生效？', 'Make this change?'],
  mine: ['等另一位同事确认', 'A colleague has to confirm'],
  until: ['{at} 前有效', 'until {at}'],
  did: { asked: ['已申请，等另一位同事确认', 'Asked; a colleague confirms'], confirmed: ['已确认', 'Confirmed'], refused: ['已驳回', 'Refused'], undone: ['已撤销', 'Undone'] },
  marks: ['请人看一眼', 'Have a look'],
  mark: { restarted: ['{n} 号链接的秒杀与 24 小时内结束的那一场同价重开', 'Link {n}: a flash sale at the price of one that ended within 24 hours'], price_stays: ['{n} 号链接在秒杀结束后仍卖秒杀价', 'Link {n} still sells at the price of its ended flash sale'] },
  terms: ['阈值', 'Thresholds'],
  term: {
    short_s: ['快窗口（秒）', 'Fast window (s)'], short_off_fen_max: ['快窗口最多让利', 'Given away in it at most'],
    long_s: ['慢窗口（秒）', 'Slow window (s)'], long_off_fen_max: ['慢窗口最多让利', 'Given away in it at most'],
    price_share_bp_min: ['低于参考价的万分之几要两个人', 'Two people below (basis points of the reference)'], undo_s: ['可撤销（秒）', 'Undo within (s)'],
    ask_lasts_s: ['确认有效（秒）', 'Confirm within (s)'], tag_days: ['划线价回看（天）', 'Look-back for tags (days)'],
  },
  saved: ['阈值已保存', 'Thresholds saved'],
}
