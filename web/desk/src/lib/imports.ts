/** What a mapping of columns still lacks, before anything is asked of the server. */

import type { ImportField } from './types'

export const FILE_BYTES_MAX = 20 * 1024 * 1024

export type Mapping = Record<string, string | null>

/** A file whose columns were taken for something. */
export interface Columns {
  columns: string[]
  mapping: Mapping
  fields: ImportField[]
  sample: string[][]
}

/** Required fields that no column goes to. */
export function missingFields(fields: ImportField[], mapping: Mapping): ImportField[] {
  const taken = new Set(Object.values(mapping))
  return fields.filter((f) => f.required && !taken.has(f.name))
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

/** The columns that a person takes for something else than was guessed. */
export function corrected(guess: Mapping, mapping: Mapping): Mapping {
  return Object.fromEntries(Object.entries(mapping).filter(([column, field]) => field !== (guess[column] ?? null)))
}

export type FileProblem = 'wrongKind' | 'tooBig'

export function fileProblem(file: { name: string; size: number }): FileProblem | null {
  if (!/\.(csv|xlsx?)$/i.test(file.name)) return 'wrongKind'
  return file.size > FILE_BYTES_MAX ? 'tooBig' : null
}
