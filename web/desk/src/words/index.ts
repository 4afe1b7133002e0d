import type { Words } from './catalogue'
import { desk } from './desk'
import { goods } from './goods'
import { live } from './live'
import { plan } from './plan'
import { report } from './report'

export const words: Words = { desk, goods, live, plan, report }
