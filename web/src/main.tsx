import { createRoot } from 'react-dom/client'
import { App } from './app'
import { start } from './live'
import { watchHands } from './session/presence'
import './tokens.css'
import './console.css'
import './module/module.css'
import './session/session.css'

// The secret of an enrolment link leaves the address bar and the history
// before anything else is done.
const enrolling = location.pathname === '/enrol'
const secret = enrolling ? location.hash.slice(1) : ''
if (enrolling) history.replaceState(null, '', '/enrol')

createRoot(document.getElementById('root')!).render(<App enrol={enrolling ? secret : null} />)
watchHands()
if (!enrolling) start()
