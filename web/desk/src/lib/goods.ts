/** What the goods pages do with the server, and the moods of a product's state. */

import { api } from '../api'
import type { Mood } from '../parts/StateChip.vue'
import type { PageOf, Product, ProductState, Sku, StockMove } from './types'

export const PRODUCT_MOOD: Record<ProductState, Mood> = {
  draft: 'plain',
  submitted: 'look',
  approved: 'fine',
  refused: 'wrong',
}

export interface ProductQuery {
  query?: string
  state?: string
  page?: number
  sku?: number
}

export function readProducts(ask: ProductQuery): Promise<PageOf<Product>> {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(ask)) if (value) search.set(name, String(value))
  return api.get<PageOf<Product>>(`/desk/products?${search.toString()}`)
}

/** A SKU with the name of its product; null where it is not found or may not be read. */
export async function readSku(id: number): Promise<Sku | null> {
  const found = await readProducts({ sku: id }).catch(() => null)
  const [product] = found?.items ?? []
  const sku = product?.skus.find((one) => one.id === id)
  return product && sku ? { ...sku, product_title: product.title } : null
}

export const readProduct = (id: number) => api.get<Product>(`/desk/products/${id}`)
export const readMoves = (skuId: number) => api.get<StockMove[]>(`/desk/skus/${skuId}/stock`)

/** The cheapest and dearest list price of a product, or null without SKUs. */
export function priceSpan(product: Product): [number, number] | null {
  const prices = product.skus.map((sku) => sku.list_price_fen)
  return prices.length ? [Math.min(...prices), Math.max(...prices)] : null
}

export const availableUnits = (product: Product) =>
  product.skus.reduce((sum, sku) => sum + sku.available, 0)

/** A file the browser fetches itself, with the session cookie. */
export const fileUrl = (path: string) => `/api${path}`
