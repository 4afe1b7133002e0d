// Empties the folder of built pages, so that no file of an earlier build is served, and lays
// the tokens under a stable name, for the back office, which is not built here.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const pages = at('../../kaibo/site/pages')
rmSync(pages, { recursive: true, force: true })
mkdirSync(pages, { recursive: true })
copyFileSync(at('../shared/styles/tokens.css'), `${pages}/tokens.css`)
