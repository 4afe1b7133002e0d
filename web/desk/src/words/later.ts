import type { Words } from './catalogue'
import { ai } from './ai'
import { bank } from './bank'
import { blacklist } from './blacklist'
import { accept, commission } from './books'
import { compliance } from './compliance'
import { contracts } from './contracts'
import { evidence } from './evidence'
import { people } from './people'
import { promises } from './promises'
import { risk } from './risk'
import { rules } from './rules'
import { sanctions } from './sanctions'

/** Catalogues that come with their pages, so that the first page is not held up by them. */
export const later: Words = { accept, ai, bank, blacklist, commission, compliance, contracts, evidence, people, promises, risk, rules, sanctions }
