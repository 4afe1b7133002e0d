import type { Words } from './catalogue'
import { blacklist } from './blacklist'
import { compliance } from './compliance'
import { evidence } from './evidence'
import { patrol } from './patrol'
import { people } from './people'
import { promises } from './promises'
import { risk } from './risk'
import { sanctions } from './sanctions'

/** Catalogues that come with their pages, so that the first page is not held up by them. */
export const later: Words = { blacklist, compliance, evidence, patrol, people, promises, risk, sanctions }
