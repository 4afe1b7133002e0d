import type { Words } from './catalogue'
import { desk } from './desk'
import { draws } from './draws'
import { goods } from './goods'
import { guards } from './guards'
import { imports } from './imports'
import { live } from './live'
import { money } from './money'
import { outside } from './outside'
import { plan } from './plan'
import { promos } from './promos'
import { report } from './report'

export const words: Words = { desk, draws, goods, guards, imports, live, money, outside, plan, promos, report }
