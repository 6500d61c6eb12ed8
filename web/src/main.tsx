import { createRoot } from 'react-dom/client'
import { App } from './app'
import { start } from './live'
import './tokens.css'
import './console.css'
import './module/module.css'

createRoot(document.getElementById('root')!).render(<App />)
start()
