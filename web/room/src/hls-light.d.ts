/** The light build (no subtitles, no encryption) has the same shape as the whole library. */
declare module 'hls.js/light' {
  export { default } from 'hls.js'
}
