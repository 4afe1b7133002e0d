import { describe, expect, it } from 'vitest'
import { TooLongForQr, correctionOf, formatBits, qrCells } from '../src/lib/qr'

describe('the QR code', () => {
  it('corrects as the worked example of the standard does', () => {
    const data = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17]
    expect(correctionOf(data, 10)).toEqual([196, 35, 39, 119, 235, 215, 231, 226, 93, 23])
  })
  it('writes the format words of level M', () => {
    expect(formatBits(0).toString(2).padStart(15, '0')).toBe('101010000010010')
    expect(formatBits(7).toString(2).padStart(15, '0')).toBe('100101010100000')
  })
  it('grows with the text and refuses what does not fit', () => {
    expect(qrCells('a'.repeat(14))).toHaveLength(21)
    expect(qrCells('a'.repeat(15))).toHaveLength(25)
    expect(qrCells('a'.repeat(106))).toHaveLength(41)
    expect(() => qrCells('a'.repeat(107))).toThrow(TooLongForQr)
  })
  it('has its finders, timing and dark module', () => {
    const cells = qrCells('https://kaibo.example/room/abcdefghij')
    const size = cells.length
    const row = (y: number, from: number, n: number) => (cells[y] as boolean[]).slice(from, from + n).map(Number).join('')
    expect(row(0, 0, 8)).toBe('11111110')
    expect(row(3, 0, 7)).toBe('1011101')
    expect(row(0, size - 7, 7)).toBe('1111111')
    expect(row(6, 8, 6)).toBe('101010')
    expect(cells[size - 8]?.[8]).toBe(true)
  })
})
