import type { Words } from './catalogue'
import { accept, commission } from './books'
import { bank } from './bank'
import { blacklist } from './blacklist'
import { cards } from './cards'
import { compliance } from './compliance'
import { evidence } from './evidence'
import { negative } from './negative'
import { notices } from './notices'
import { papers } from './papers'
import { patrol } from './patrol'
import { people } from './people'
import { promises } from './promises'
import { risk } from './risk'
import { sanctions } from './sanctions'

/** Catalogues that come with their pages, so that the first page is not held up by them. */
export const later: Words = { accept, bank, blacklist, cards, commission, compliance, evidence, negative, notices, papers, patrol, people, promises, risk, sanctions }
