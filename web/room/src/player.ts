/** Plays a live HLS address in a video element; the library is loaded when it is needed. */

import type { ErrorData } from 'hls.js'

export interface PlayerEvents {
  playing: () => void
  /** The picture is not keeping up with the network. */
  starved: () => void
  /** No picture came; the caller may try again. */
  failed: () => void
}

export interface Player {
  stop: () => void
}

const RETRY_MS = 3_000
const RETRIES_MAX = 20

function playNatively(video: HTMLVideoElement, url: string, events: PlayerEvents): Player {
  const failed = () => events.failed()
  video.src = url
  video.addEventListener('error', failed)
  return {
    stop() {
      video.removeEventListener('error', failed)
      video.removeAttribute('src')
      video.load()
    },
  }
}

async function playWithLibrary(
  video: HTMLVideoElement,
  url: string,
  events: PlayerEvents,
): Promise<Player | null> {
  const { default: Hls } = await import('hls.js/light')
  if (!Hls.isSupported()) return null
  const hls = new Hls({
    // Two seconds behind the edge: near enough to talk, far enough for a phone's network.
    liveSyncDuration: 2,
    maxLiveSyncPlaybackRate: 1.1,
    backBufferLength: 10,
    capLevelToPlayerSize: true,
    startLevel: -1,
  })
  let retries = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  hls.on(Hls.Events.FRAG_BUFFERED, () => (retries = 0))
  hls.on(Hls.Events.ERROR, (_event: unknown, data: ErrorData) => {
    if (!data.fatal) return
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR) {
      hls.recoverMediaError()
    } else if (retries < RETRIES_MAX) {
      retries += 1
      // An encoder that has just begun has no playlist yet; ask again soon.
      timer = setTimeout(() => hls.loadSource(url), RETRY_MS)
    } else {
      events.failed()
    }
  })
  hls.loadSource(url)
  hls.attachMedia(video)
  return {
    stop() {
      clearTimeout(timer)
      hls.destroy()
    },
  }
}

/** Start the picture. Never throws; `failed` is called instead. */
export async function startPlayer(
  video: HTMLVideoElement,
  url: string,
  events: PlayerEvents,
): Promise<Player> {
  const playing = () => events.playing()
  const waiting = () => events.starved()
  video.addEventListener('playing', playing)
  video.addEventListener('waiting', waiting)
  const canPlay = () => video.play().catch(() => undefined)
  video.addEventListener('canplay', canPlay)
  let inner: Player | null = null
  try {
    inner = await playWithLibrary(video, url, events)
  } catch {
    // The library did not load on this network; the browser itself may still know HLS.
  }
  if (!inner) {
    if (video.canPlayType('application/vnd.apple.mpegurl')) inner = playNatively(video, url, events)
    else events.failed()
  }
  return {
    stop() {
      video.removeEventListener('playing', playing)
      video.removeEventListener('waiting', waiting)
      video.removeEventListener('canplay', canPlay)
      inner?.stop()
    },
  }
}
