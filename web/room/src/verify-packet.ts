/** Recompute a red packet from its public file, as `docs/verify_packet.py` does, in the browser. */

import { sha } from './hash'

export interface PacketProof {
  state: string
  terms: { title: string; total_fen: number; number: number; split: 'equal' | 'random'; least_fen: number | null; most_fen: number | null }
  commit: string
  seed: string
  portions: { place: number; token: string; fen: number; claimed_at: string }[]
  returned_fen: number | null
}

export type PacketCheck = 'seed' | 'places' | 'amounts' | 'total'

/** What each place gets, in fen. */
async function portions(seed: string, terms: PacketProof['terms']): Promise<number[]> {
  const { total_fen: total, number, least_fen, most_fen } = terms
  if (terms.split === 'equal') {
    return Array.from({ length: number }, (_, index) => Math.floor(total / number) + (index < total % number ? 1 : 0))
  }
  const [least, most] = [least_fen ?? 0, most_fen ?? 0]
  const drawn: number[] = []
  let left = total
  for (let no = 1; no <= number; no += 1) {
    const after = number - no
    const low = Math.max(least, left - most * after)
    const high = Math.min(most, left - least * after, Math.max(low, Math.floor((2 * left) / (after + 1)) - least))
    const fen = low + Number(BigInt(`0x${await sha(`${seed}:${no}`)}`) % BigInt(high - low + 1))
    drawn.push(fen)
    left -= fen
  }
  const lots = await Promise.all(drawn.map(async (fen, index) => ({ fen, lot: await sha(`${seed}:order:${index + 1}`) })))
  lots.sort((a, b) => (a.lot < b.lot ? -1 : 1))
  return lots.map(({ fen }) => fen)
}

const sum = (all: number[]) => all.reduce((total, fen) => total + fen, 0)

/** Whether seed, places, portions and the rest are what was promised. */
export async function verifyPacket(proof: PacketProof): Promise<Record<PacketCheck, boolean>> {
  const all = await portions(proof.seed, proof.terms)
  const taken = proof.portions.map(({ fen }) => fen)
  return {
    seed: (await sha(proof.seed)) === proof.commit,
    places: proof.portions.every(({ place }, index) => place === index + 1),
    amounts: taken.length <= all.length && taken.every((fen, index) => fen === all[index]),
    total: sum(all) === proof.terms.total_fen && sum(all) - sum(taken) === proof.returned_fen,
  }
}
