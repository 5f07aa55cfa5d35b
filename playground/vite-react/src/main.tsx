import { createRoot } from 'react-dom/client'
import { App } from './App'
import './styles/page.scss'

createRoot(document.getElementById('app')!).render(<App />)
