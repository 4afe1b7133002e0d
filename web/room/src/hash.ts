/** The browser's own SHA-256, for the pages on which anybody recomputes what was promised. */

export async function sha(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The browser hashes on https and on localhost only. */
export const canVerify = () => 'subtle' in crypto
