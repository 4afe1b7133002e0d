/** What a mapping of columns still lacks, before anything is asked of the server. */

import type { ImportPreview } from './types'

export const FILE_BYTES_MAX = 20 * 1024 * 1024

export type Mapping = Record<string, string | null>

/** Names of required fields that no column goes to. */
export function missingFields(preview: ImportPreview, mapping: Mapping): string[] {
  const taken = new Set(Object.values(mapping))
  return preview.fields.filter((f) => f.required && !taken.has(f.name)).map((f) => f.name)
}

/** The first field that two columns go to, or null. */
export function doubledField(mapping: Mapping): string | null {
  const seen = new Set<string>()
  for (const field of Object.values(mapping)) {
    if (field === null) continue
    if (seen.has(field)) return field
    seen.add(field)
  }
  return null
}

export type FileProblem = 'wrongKind' | 'tooBig'

export function fileProblem(file: { name: string; size: number }): FileProblem | null {
  if (!/\.(csv|xlsx)$/i.test(file.name)) return 'wrongKind'
  return file.size > FILE_BYTES_MAX ? 'tooBig' : null
}
