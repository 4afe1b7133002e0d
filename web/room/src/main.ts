import { startTheme } from '@kaibo/shared'
import '@kaibo/shared/styles/tokens.css'
import '@kaibo/shared/styles/base.css'
import '@kaibo/shared/styles/vant.css'
import './styles/room.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './i18n'
import { router } from './router'

startTheme()
createApp(App).use(createPinia()).use(i18n).use(router).mount('#app')
