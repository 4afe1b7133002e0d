import { expect, it } from 'vitest'
import { solve, type Challenge } from '../src/proof'

/** Made by the server's own library, with counter 37. */
const challenge: Challenge = {
  parameters: {
    nonce: 'dd3e5fc383d81babb96a368f714fbe08',
    salt: '37a27386e0a640722b72dd396eb9e22d',
    keyPrefix: '086ae7208489357a9f456ed17f87982e',
  },
  signature: '5c9f17358a9f137171aba6819d2157c35b3dbbe2cb27f8c03375b41647608322',
}

it('finds what the server has hidden', async () => {
  expect(await solve(challenge)).toEqual({
    counter: 37,
    derivedKey: '086ae7208489357a9f456ed17f87982e93dcfb2dcb5cdf88c9c92929fb04dc11',
  })
})
