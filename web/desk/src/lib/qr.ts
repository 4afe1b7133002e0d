/**
 * A QR code (ISO/IEC 18004) for a short address: byte mode, error correction M, versions 1–6,
 * mask chosen by the standard's penalty. Versions up to 6 carry 106 bytes and need no version
 * information, which is all that a room's address wants.
 */

interface Version {
  /** Data codewords in all, in how many equal blocks, correction codewords per block. */
  data: number
  blocks: number
  correction: number
}

const VERSIONS: readonly Version[] = [
  { data: 16, blocks: 1, correction: 10 },
  { data: 28, blocks: 1, correction: 16 },
  { data: 44, blocks: 1, correction: 26 },
  { data: 64, blocks: 2, correction: 18 },
  { data: 86, blocks: 2, correction: 24 },
  { data: 108, blocks: 4, correction: 16 },
]

export class TooLongForQr extends Error {}

const EXP = new Uint8Array(512)
const LOG = new Uint8Array(256)
for (let i = 0, x = 1; i < 255; i += 1) {
  EXP[i] = EXP[i + 255] = x
  LOG[x] = i
  x = (x << 1) ^ (x & 0x80 ? 0x11d : 0)
}
const times = (a: number, b: number) => (a && b ? (EXP[(LOG[a] as number) + (LOG[b] as number)] as number) : 0)

function generator(degree: number): number[] {
  let poly = [1]
  for (let i = 0; i < degree; i += 1) {
    const next = new Array<number>(poly.length + 1).fill(0)
    poly.forEach((c, j) => {
      next[j] = (next[j] as number) ^ c
      next[j + 1] = (next[j + 1] as number) ^ times(c, EXP[i] as number)
    })
    poly = next
  }
  return poly
}

/** Reed–Solomon remainder of one block. */
export function correctionOf(data: readonly number[], count: number): number[] {
  const divisor = generator(count)
  const rest = [...data, ...new Array<number>(count).fill(0)]
  for (let i = 0; i < data.length; i += 1) {
    const lead = rest[i] as number
    if (lead) divisor.forEach((c, j) => (rest[i + j] = (rest[i + j] as number) ^ times(c, lead)))
  }
  return rest.slice(data.length)
}

function dataCodewords(bytes: Uint8Array, room: number): number[] {
  const bits: number[] = []
  const push = (value: number, length: number) => {
    for (let i = length - 1; i >= 0; i -= 1) bits.push((value >> i) & 1)
  }
  push(0b0100, 4)
  push(bytes.length, 8)
  bytes.forEach((byte) => push(byte, 8))
  push(0, Math.min(4, room * 8 - bits.length))
  while (bits.length % 8) bits.push(0)
  const words: number[] = []
  for (let i = 0; i < bits.length; i += 8) words.push(bits.slice(i, i + 8).reduce((a, b) => a * 2 + b, 0))
  for (let pad = 0xec; words.length < room; pad ^= 0xec ^ 0x11) words.push(pad)
  return words
}

function codewords(bytes: Uint8Array, version: Version): number[] {
  const data = dataCodewords(bytes, version.data)
  const size = Math.floor(version.data / version.blocks)
  const longer = version.data % version.blocks
  const blocks: number[][] = []
  for (let b = 0, at = 0; b < version.blocks; b += 1) {
    const length = size + (b >= version.blocks - longer ? 1 : 0)
    blocks.push(data.slice(at, at + length))
    at += length
  }
  const corrections = blocks.map((block) => correctionOf(block, version.correction))
  const out: number[] = []
  for (let i = 0; i <= size; i += 1) for (const block of blocks) if (i < block.length) out.push(block[i] as number)
  for (let i = 0; i < version.correction; i += 1) for (const block of corrections) out.push(block[i] as number)
  return out
}

type Grid = (boolean | null)[][]

function skeleton(size: number, number: number): Grid {
  const grid: Grid = Array.from({ length: size }, () => new Array<boolean | null>(size).fill(null))
  const set = (x: number, y: number, dark: boolean) => {
    const row = grid[y]
    if (row && x >= 0 && x < size) row[x] = dark
  }
  const finder = (cx: number, cy: number) => {
    for (let dy = -4; dy <= 4; dy += 1) {
      for (let dx = -4; dx <= 4; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy))
        set(cx + dx, cy + dy, ring !== 2 && ring !== 4)
      }
    }
  }
  finder(3, 3)
  finder(size - 4, 3)
  finder(3, size - 4)
  for (let i = 8; i < size - 8; i += 1) {
    set(i, 6, i % 2 === 0)
    set(6, i, i % 2 === 0)
  }
  if (number > 1) {
    const at = size - 7
    for (let dy = -2; dy <= 2; dy += 1) for (let dx = -2; dx <= 2; dx += 1) set(at + dx, at + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1)
  }
  writeFormat(grid, 0)
  return grid
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

/** Level M is 00; the fifteen bits carry their own BCH remainder and fixed mask. */
export function formatBits(mask: number): number {
  let rest = mask
  for (let i = 0; i < 10; i += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537)
  return ((mask << 10) | rest) ^ 0x5412
}

function writeFormat(grid: Grid, mask: number): void {
  const size = grid.length
  const bits = formatBits(mask)
  const set = (x: number, y: number, i: number) => {
    const row = grid[y]
    if (row) row[x] = ((bits >> i) & 1) === 1
  }
  for (let i = 0; i <= 5; i += 1) set(8, i, i)
  set(8, 7, 6)
  set(8, 8, 7)
  set(7, 8, 8)
  for (let i = 9; i < 15; i += 1) set(14 - i, 8, i)
  for (let i = 0; i < 8; i += 1) set(size - 1 - i, 8, i)
  for (let i = 8; i < 15; i += 1) set(8, size - 15 + i, i)
  const row = grid[size - 8]
  if (row) row[8] = true
}

/** Cells that carry data, in the standard's zigzag from the lower right. */
function* path(grid: Grid): Generator<[number, number]> {
  const size = grid.length
  let up = true
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    for (let n = 0; n < size; n += 1) {
      const y = up ? size - 1 - n : n
      for (const x of [right, right - 1]) if (grid[y]?.[x] === null) yield [x, y]
    }
    up = !up
  }
}

function runPenalty(line: readonly boolean[]): number {
  let sum = 0
  for (let i = 0, run = 0; i < line.length; i += 1) {
    run = i > 0 && line[i] === line[i - 1] ? run + 1 : 1
    if (run === 5) sum += 3
    else if (run > 5) sum += 1
  }
  const text = line.map((dark) => (dark ? 1 : 0)).join('')
  return sum + 40 * (text.split(/(?=00001011101)|(?=10111010000)/).length - 1)
}

function penalty(cells: boolean[][]): number {
  const size = cells.length
  const at = (x: number, y: number) => (cells[y] as boolean[])[x] as boolean
  let sum = 0
  let dark = 0
  for (let i = 0; i < size; i += 1) {
    sum += runPenalty(cells[i] as boolean[]) + runPenalty(cells.map((row) => row[i] as boolean))
    for (let x = 0; x < size; x += 1) if (at(x, i)) dark += 1
  }
  for (let y = 1; y < size; y += 1) {
    for (let x = 1; x < size; x += 1) {
      if (at(x, y) === at(x - 1, y) && at(x, y) === at(x, y - 1) && at(x, y) === at(x - 1, y - 1)) sum += 3
    }
  }
  return sum + 10 * Math.floor(Math.abs((dark * 20) / (size * size) - 10))
}

/**
 * The cells of the code, `true` is dark; the quiet zone is the caller's.
 *
 * @throws TooLongForQr more than 106 bytes of UTF-8.
 */
export function qrCells(text: string): boolean[][] {
  const bytes = new TextEncoder().encode(text)
  const number = VERSIONS.findIndex((one) => bytes.length + 2 <= one.data) + 1
  const version = VERSIONS[number - 1]
  if (!version) throw new TooLongForQr()
  const grid = skeleton(17 + 4 * number, number)
  const bits = codewords(bytes, version).flatMap((word) => [7, 6, 5, 4, 3, 2, 1, 0].map((i) => (word >> i) & 1))
  const cells = [...path(grid)]
  const drawn = MASKS.map((flips, mask) => {
    const copy: Grid = grid.map((row) => [...row])
    cells.forEach(([x, y], i) => {
      const row = copy[y] as (boolean | null)[]
      row[x] = (bits[i] === 1) !== flips(x, y)
    })
    writeFormat(copy, mask)
    return copy as boolean[][]
  })
  return drawn.reduce((best, one) => (penalty(one) < penalty(best) ? one : best))
}
