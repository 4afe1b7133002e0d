/** Links of a show that can be sold in another way as well. */

import { api } from '../api'

export interface OpenLink {
  link_no: number
  product_title: string
  spec: string
  price_fen: number | null
  state: string
}

export async function readOpenLinks(show: number): Promise<OpenLink[]> {
  const links = await api.get<OpenLink[]>(`/desk/shows/${show}/links`)
  return links.filter((link) => link.state === 'open')
}
