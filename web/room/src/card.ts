/** What the room page reads of cards. */

/** What the card of a link says beside title, price and units. */
export interface LinkCard {
  link_no: number
  seller: { name: string; licence_no: string; address: string; contact: string }
  operator: string
  no_reason_return: boolean
  exception_type: string
  ship_within_h: number
  facts: { title_zh: string; title_en: string; text: string }[]
}
