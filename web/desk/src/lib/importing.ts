/** One way for every sheet that is imported: file, columns, check, done. Nothing is written before. */

import { Refused } from '@kaibo/shared'
import { computed, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { api } from '../api'
import { fileProblem, type Columns, type Mapping } from './imports'
import { useVoice } from './say'

export type ImportStep = 'file' | 'columns' | 'check' | 'done'
export const IMPORT_STEPS: ImportStep[] = ['file', 'columns', 'check', 'done']
const PROGRESS_MS = 1000
const QUIET_MAX = 60

export interface KeptFile extends Columns {
  id: number
  state: string
}

export interface ImportWays<P> {
  /** Where files of this kind live: `/desk/imports`. */
  base: string
  /** How much of a file is written, and how much there is to write. */
  progress: (file: P) => [done: number, all: number]
  /** What else is said of a file: with its upload, and with its columns. */
  terms?: () => Record<string, string>
}

export interface Work {
  busy: Ref<boolean>
  /** What went wrong, in words; what was there stays. */
  wrong: Ref<string>
  run: (work: () => Promise<void>) => Promise<void>
  /** True if the file can be sent; says why not. */
  accepts: (file: File) => boolean
}

/** One piece of work at a time, with the sentence of what went wrong. */
export function useWork(): Work {
  const { t } = useI18n()
  const { why } = useVoice()
  const busy = ref(false)
  const wrong = ref('')
  async function run(work: () => Promise<void>): Promise<void> {
    busy.value = true
    wrong.value = ''
    try {
      await work()
    } catch (problem) {
      wrong.value = why(problem)
    } finally {
      busy.value = false
    }
  }
  function accepts(file: File): boolean {
    const problem = fileProblem(file)
    if (problem) wrong.value = t(`imports.${problem}`)
    return problem === null
  }
  return { busy, wrong, run, accepts }
}

export interface Importing<P, R> extends Work {
  step: Ref<ImportStep>
  preview: ShallowRef<P | null>
  mapping: Ref<Mapping>
  result: ShallowRef<R | null>
  /** Percent written, while it is being written. */
  percent: Ref<number>
  take: (file: File) => Promise<void>
  show: (file: P) => void
  check: () => Promise<void>
  apply: () => Promise<void>
  restart: () => void
}

const pause = (ms: number) => new Promise((resolve) => window.setTimeout(resolve, ms))

export function useImporting<P extends KeptFile, R>(ways: ImportWays<P>): Importing<P, R> {
  const work = useWork()
  const step = ref<ImportStep>('file')
  const preview = shallowRef(null) as ShallowRef<P | null>
  const mapping = ref<Mapping>({})
  const result = shallowRef(null) as ShallowRef<R | null>
  const done = ref(0)
  const at = (id: number) => `${ways.base}/${id}`
  const percent = computed(() => {
    const all = preview.value ? ways.progress(preview.value)[1] : 0
    return all ? Math.min(99, Math.floor((done.value / all) * 100)) : 0
  })

  function show(file: P): void {
    preview.value = file
    mapping.value = { ...file.mapping }
    step.value = 'columns'
  }
  async function take(file: File): Promise<void> {
    if (!work.accepts(file)) return
    await work.run(async () => show(await api.upload<P>(ways.base, file, { fields: ways.terms?.() })))
  }
  const check = () =>
    work.run(async () => {
      const body = { mapping: mapping.value, ...(ways.terms && { terms: ways.terms() }) }
      preview.value = await api.patch<P>(at(preview.value?.id ?? 0), body)
      step.value = 'check'
    })
  /** Follows the import on the server; true once it was written, whatever became of our call. */
  async function follow(id: number, isOver: () => boolean): Promise<boolean> {
    for (let quiet = 0; quiet < QUIET_MAX; ) {
      await pause(PROGRESS_MS)
      if (isOver()) return false
      const now = await api.get<P>(at(id)).catch(() => null)
      const written = now ? ways.progress(now)[0] : 0
      quiet = written > done.value ? 0 : quiet + 1
      if (now) done.value = written
      if (now && now.state !== 'ready' && now.state !== 'applying') return true
    }
    return false
  }
  const apply = () =>
    work.run(async () => {
      const id = preview.value?.id ?? 0
      let answered = false
      done.value = 0
      const written = follow(id, () => answered)
      try {
        result.value = await api.post<R>(`${at(id)}/apply`)
        answered = true
      } catch (problem) {
        // A long sheet may outlive our patience; the server goes on, so its word decides.
        answered = !(problem instanceof Refused && problem.isUnknown)
        if (answered || !(await written)) throw problem
      }
      step.value = 'done'
    })
  function restart(): void {
    preview.value = null
    result.value = null
    work.wrong.value = ''
    step.value = 'file'
  }
  return { ...work, step, preview, mapping, result, percent, take, show, check, apply, restart }
}
