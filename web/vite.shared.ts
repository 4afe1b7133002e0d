import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'

const pages = fileURLToPath(new URL('../kaibo/site/pages', import.meta.url))
const backend = process.env.KAIBO_BACKEND ?? 'http://127.0.0.1:8000'

/**
 * What both apps build alike: `<pages>/<file>` is served at `/assets/<file>`, and the two
 * apps share the folder without touching each other's files.
 */
export function appConfig(app: 'room' | 'desk', entries: Record<string, string>): UserConfig {
  return {
    base: '/assets/',
    server: {
      proxy: {
        '/api': backend,
        '/media': backend,
        '/pay': backend,
        '/ws': { target: backend, ws: true },
      },
    },
    build: {
      outDir: pages,
      emptyOutDir: false,
      manifest: `manifest.${app}.json`,
      target: 'es2020',
      chunkSizeWarningLimit: 700,
      rollupOptions: {
        input: entries,
        output: {
          entryFileNames: `${app}/[name]-[hash].js`,
          chunkFileNames: `${app}/[name]-[hash].js`,
          assetFileNames: `${app}/[name]-[hash][extname]`,
        },
      },
    },
  }
}
