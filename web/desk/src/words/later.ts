import type { Words } from './catalogue'
import { compliance } from './compliance'

/** Catalogues that come with their pages, so that the first page is not held up by them. */
export const later: Words = { compliance }
