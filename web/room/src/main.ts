import { startTheme } from '@kaibo/shared'
import '@kaibo/shared/styles/tokens.css'
import '@kaibo/shared/styles/base.css'
import { createApp } from 'vue'
import App from './App.vue'

startTheme()
createApp(App).mount('#app')
