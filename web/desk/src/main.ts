import { startTheme } from '@kaibo/shared'
// The stock sheet first and once: pages that load later must not bring its colours back.
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import '@kaibo/shared/styles/tokens.css'
import '@kaibo/shared/styles/base.css'
import '@kaibo/shared/styles/element.css'
import './styles/desk.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n } from './i18n'
import { router } from './router'

startTheme()
createApp(App).use(createPinia()).use(i18n).use(router).mount('#app')
