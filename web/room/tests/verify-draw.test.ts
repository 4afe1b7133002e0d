import { describe, expect, it } from 'vitest'
import { verifyDraw, type Proof } from '../src/verify-draw'

// Made with docs/verify_draw.py, which finds nothing wrong with it.
const proof: Proof = {
  draw: 1, state: 'drawn', questions: 0, terms: { title: '福袋' },
  commit: '9619e2c3275e1e8be9ca29f0d7e0668cfdc675efcac99dbfa3ed48872c69809f',
  root: '49768925093ba1179fabd1cf6e3caae5153bf4503d46cd73f83a70bfc5376d10',
  seed: '5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed',
  entries: [
    '8b5cc4df7eec7d32a7814eca4af047ae',
    'ac0f09c0f8bf5e7a4b063d863255f16d',
    'cef7fc13a38180936ffa263548908877',
    '449777124b1466a8ed667d0dd4c06209',
    '43700797e2f9d4ad38ccf1355df32334',
    'f33422b95e3b98310adedc93655de579',
    'f3e2e400523c506868ca413bc55dc213',
  ],
  prizes: [['蜂蜜 "大" 瓶', 1], ['券', 2]],
  barred: [3],
  winners: [[2, 1], [6, 2], [1, 2]],
}

describe('a draw recomputed in the browser', () => {
  it('is what was promised', async () => {
    expect(await verifyDraw(proof)).toEqual({ seed: true, entries: true, winners: true })
  })
  it('is not with another seed, list, prize or winner', async () => {
    const wrong = async (changes: Partial<Proof>) =>
      Object.entries(await verifyDraw({ ...proof, ...changes })).filter(([, isRight]) => !isRight).map(([name]) => name)
    expect(await wrong({ seed: `${proof.seed}0` })).toContain('seed')
    expect(await wrong({ entries: [...proof.entries].reverse() })).toContain('entries')
    expect(await wrong({ prizes: [['券', 3]] })).toContain('entries')
    expect(await wrong({ barred: [] })).toContain('entries')
    expect(await wrong({ winners: [...proof.winners].reverse() })).toEqual(['winners'])
  })
})
