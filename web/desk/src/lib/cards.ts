/** What cards say of a product, and what its category needs them to say. */

import { api } from '../api'

export interface CardFact {
  field: string
  title_zh: string
  title_en: string
  text: string
  needed: boolean
  said: boolean
}

export interface CardFacts {
  product_id: number
  facts: CardFact[]
  articles: string[]
}

export const readFacts = (productId: number) => api.get<CardFacts>(`/desk/products/${productId}/card`)

export const saveFacts = (productId: number, texts: Record<string, string>) =>
  api.put<CardFacts>(`/desk/products/${productId}/card`, { facts: texts })
