/** One short sentence in the middle of the phone, gone by itself; also read aloud. */

import { ref } from 'vue'

export const sentence = ref('')
let timer: ReturnType<typeof setTimeout> | undefined

/** Longer sentences stay longer, about as long as they take to read. */
export function say(text: string): void {
  sentence.value = text
  clearTimeout(timer)
  timer = setTimeout(() => (sentence.value = ''), Math.min(6000, 1600 + text.length * 90))
}
