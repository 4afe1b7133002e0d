import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vite'
import { appConfig } from '../vite.shared.ts'

export default defineConfig({
  ...appConfig('desk', { desk: 'desk.html' }),
  plugins: [
    vue(),
    // Element Plus components by their tag, with their style; our own are imported by hand.
    Components({ dirs: [], dts: 'src/components.d.ts', resolvers: [ElementPlusResolver()] }),
  ],
})
