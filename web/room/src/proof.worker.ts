import { solve, type Challenge } from './proof'

self.onmessage = async ({ data }: MessageEvent<Challenge>) => {
  self.postMessage(await solve(data))
}
