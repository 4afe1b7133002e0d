import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { appConfig } from '../vite.shared.ts'

export default defineConfig({
  ...appConfig('room', { room: 'room.html' }),
  plugins: [vue()],
})
