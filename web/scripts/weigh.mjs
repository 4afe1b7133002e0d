// Weighs what a first visit loads (entry, page and their static imports, gzip) and refuses a build
// over its budget. Lazy chunks (the player, later sheets) are not part of a first visit.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const pages = fileURLToPath(new URL('../../kaibo/site/pages', import.meta.url))
const budgets = [
  { app: 'room', entry: 'room.html', page: 'src/pages/RoomPage.vue', jsKbMax: 120 },
  { app: 'room', entry: 'room.html', page: 'src/pages/LandingPage.vue', jsKbMax: 120 },
  { app: 'desk', entry: 'desk.html', jsKbMax: 200 },
]

const kb = (file) => gzipSync(readFileSync(join(pages, file)), { level: 9 }).length / 1000

function firstLoad(manifest, entries) {
  const js = new Set()
  const css = new Set()
  const visit = (key) => {
    const chunk = manifest[key]
    if (js.has(chunk.file)) return
    js.add(chunk.file)
    for (const file of chunk.css ?? []) css.add(file)
    for (const next of chunk.imports ?? []) visit(next)
  }
  for (const entry of entries) visit(entry)
  const sum = (files) => [...files].reduce((total, file) => total + kb(file), 0)
  return { jsKb: sum(js), cssKb: sum(css) }
}

let over = false
for (const { app, entry, page, jsKbMax } of budgets) {
  const manifest = JSON.parse(readFileSync(join(pages, `manifest.${app}.json`), 'utf8'))
  const { jsKb, cssKb } = firstLoad(manifest, page ? [entry, page] : [entry])
  const verdict = jsKb <= jsKbMax ? 'ok' : 'OVER'
  over ||= jsKb > jsKbMax
  console.log(
    `${(page ?? entry).padEnd(26)} first load, gzip: ${jsKb.toFixed(1)} kB js (at most ${jsKbMax}) ` +
      `+ ${cssKb.toFixed(1)} kB css  ${verdict}`,
  )
}
if (over) process.exit(1)
