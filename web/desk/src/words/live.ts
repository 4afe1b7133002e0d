import type { Words } from './catalogue'

export const live: Words = {}
