import PrimeVue from 'primevue/config'
import { createApp } from 'vue'
import App from './App.vue'
import './styles/page.scss'

createApp(App).use(PrimeVue, { unstyled: true }).mount('#app')
