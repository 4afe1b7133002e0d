import { describe, expect, it } from 'vitest'
import { keepReceipt, receiptOf } from '../src/receipts'
import { verifyPacket, type PacketProof } from '../src/verify-packet'
import { standsInQuiz, verifyQuiz, type QuizProof } from '../src/verify-quiz'
// The same file goes through docs/verify_quiz.py and docs/verify_packet.py in the server's tests.
import files from './proofs.json'

const quiz = files.quiz as unknown as QuizProof
const packet = files.packet as PacketProof

const namesOfWrong = (checks: Record<string, boolean>) => Object.entries(checks).filter(([, isRight]) => !isRight).map(([name]) => name)

describe('a quiz recomputed in the browser', () => {
  const wrong = async (changes: Partial<QuizProof>) => namesOfWrong(await verifyQuiz({ ...quiz, ...changes }))

  it('is what was promised', async () => {
    expect(await verifyQuiz(quiz)).toEqual({ questions: true, answers: true, barred: true })
  })
  it('is not with another question, right choice, answer, order or list', async () => {
    expect(await wrong({ rights: [1, 3] })).toEqual(['questions', 'barred'])
    expect(await wrong({ pause_s: 6 })).toEqual(['questions'])
    expect(await wrong({ salt: `${quiz.salt}0` })).toEqual(['questions'])
    expect(await wrong({ answers: quiz.answers.slice(1) })).toEqual(['answers', 'barred'])
    expect(await wrong({ answers: [...quiz.answers].reverse() })).toEqual(['answers'])
    expect(await wrong({ entries: [...quiz.entries].reverse() })).toEqual(['answers'])
    expect(await wrong({ barred: [2, 3] })).toEqual(['barred'])
  })
  it('does not count an answer that is there twice', async () => {
    const again = quiz.answers[0]
    expect(again && (await wrong({ answers: [...quiz.answers, again] }))).toEqual(['answers'])
  })
  it('holds what a phone was told, token and answers', () => {
    const kept = { place: 2, token: quiz.entries[1] ?? '', answers: { 1: 1, 2: 3 } }
    expect(standsInQuiz(quiz, kept)).toBe(true)
    expect(standsInQuiz(quiz, { ...kept, place: 1 })).toBe(false)
    expect(standsInQuiz(quiz, { ...kept, answers: { 1: 2 } })).toBe(false)
  })
})

describe('a red packet recomputed in the browser', () => {
  const wrong = async (changes: Partial<PacketProof>) => namesOfWrong(await verifyPacket({ ...packet, ...changes }))

  it('is what was promised', async () => {
    expect(await verifyPacket(packet)).toEqual({ seed: true, places: true, amounts: true, total: true })
  })
  it('is not with another seed, place, amount or rest', async () => {
    expect(await wrong({ seed: `${packet.seed}0` })).toEqual(['seed', 'amounts'])
    expect(await wrong({ portions: [...packet.portions].reverse() })).toEqual(['places', 'amounts'])
    expect(await wrong({ portions: packet.portions.slice(0, 4) })).toEqual(['total'])
    expect(await wrong({ returned_fen: null })).toEqual(['total'])
    expect(await wrong({ terms: { ...packet.terms, least_fen: 51 } })).toContain('amounts')
  })
  it('splits equally with one fen more for the first', async () => {
    const terms = { ...packet.terms, total_fen: 501, number: 2, split: 'equal' as const, least_fen: null, most_fen: null }
    const portions = packet.portions.slice(0, 2).map((one, index) => ({ ...one, fen: 251 - index }))
    expect(await wrong({ terms, portions, returned_fen: 0 })).toEqual([])
  })
})

it('a receipt stands as it was first said, and gathers answers', () => {
  keepReceipt('draw', 71, { place: 3, token: 'a', answers: { 1: 2 } })
  keepReceipt('draw', 71, { place: 4, token: 'b', answers: { 1: 1, 2: 4 } })
  expect(receiptOf('draw', 71)).toEqual({ place: 3, token: 'a', answers: { 1: 2, 2: 4 } })
  expect(receiptOf('packet', 71)).toBeNull()
})
