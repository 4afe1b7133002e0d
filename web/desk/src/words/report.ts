import type { Words } from './catalogue'

export const report: Words = {}
