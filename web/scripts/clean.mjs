// Empties the folder of built pages, so that no file of an earlier build is served.
import { mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const pages = fileURLToPath(new URL('../../kaibo/site/pages', import.meta.url))
rmSync(pages, { recursive: true, force: true })
mkdirSync(pages, { recursive: true })
