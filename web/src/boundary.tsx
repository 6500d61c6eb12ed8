// A fault in one screen must not blank the clock and the alarms beside it.
import { Component, type ReactNode } from 'react'
import { LangContext, say } from './text'

export class Boundary extends Component<{ children: ReactNode }, { fault: string }> {
  static contextType = LangContext
  declare context: React.ContextType<typeof LangContext>
  state = { fault: '' }
  static getDerivedStateFromError(error: Error) {
    return { fault: error.message || 'error' }
  }
  render() {
    if (!this.state.fault) return this.props.children
    return (
      <div className="signin">
        <div className="panel" role="alert">
          <p>{say(this.context, 'fault.title')}</p>
          <code dir="ltr">{this.state.fault}</code>
          <button type="button" className="primary" onClick={() => location.reload()}>{say(this.context, 'fault.reload')}</button>
        </div>
      </div>
    )
  }
}
