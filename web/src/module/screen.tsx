// A module's screen, from one query.
//
//   export function Roadmap() {
//     const { data } = useModule<{ gates: Gate[] }>('roadmap')
//     const gates = data?.gates ?? []
//     return (
//       <Screen module="roadmap" codes={['GATE']} order={gates.map((g) => g.key)} ready={!!data}
//         list={<LineList module="roadmap" lines={gates} title={…} subject={(g) => <Tri text={g.name} />} />}
//         detail={(key) => <GateCard gate={gates.find((g) => g.key === key)} />}
//         rest={<Overview gates={gates} />} />
//     )
//   }
//
// Left is the list; right is what is open (its own card first, then the matter
// with its actions), or what is being written, or the rest. J and K move along
// order, Escape closes. The line in screens.tsx puts it into the menu; its
// words are in cell/<module>/words under <module>.<word>, its title is
// <module>.title. Styles of its own go into <module>/<module>.css, logical
// properties only; the pieces are in line, parts, map and time beside this.
import type { ReactNode } from 'react'
import type { Intent } from '../compose/compose'
import { template } from '../compose/prefill'
import { useKeys } from '../keys'
import { useFetched, useLive } from '../live'
import { MatterPane } from '../matter/matter'
import { go, useWhere } from '../nav'
import { Empty, Kbd } from '../parts'
import { useRefusal } from '../refusal'
import { useMay, useMayFile } from '../session/may'
import { Tri, useText, useTitle } from '../text'
import { useShell } from './shell'

/** The module's query: fetched now and after every event. */
export const useModule = <T,>(name: string) => useFetched<T>('/' + name)

interface ScreenProps {
  module: string
  /** Templates that this screen opens, by code or kind; those that the charter lacks are not shown. */
  codes?: string[]
  /** The keys of the matters in the list, in its order. */
  order?: string[]
  list?: ReactNode
  /** What this module shows of an open matter before the matter itself. */
  detail?: (key: string) => ReactNode
  /** Kinds that the detail offers itself: the matter does not offer them again. */
  own?: string[]
  /** What is at the right when nothing is open. */
  rest?: ReactNode
  /** More buttons or chips for the bar. */
  tools?: ReactNode
  /** Views under one title; the first one is the list's. A view that has a page shows that alone. */
  tabs?: { tab: string; title: ReactNode; page?: ReactNode }[]
  /** Over both halves: a map, an axis. */
  top?: ReactNode
  ready?: boolean
  error?: unknown
}

export function Screen({ module, codes = [], order = [], list, detail, own, rest, tools, tabs = [], top, ready = true, error }: ScreenProps) {
  const t = useText()
  const title = useTitle()
  const { compose, docked } = useShell()
  const { open, tab } = useWhere()
  const { lost } = useLive()
  const may = useMay()
  const refusal = useRefusal()
  const view = tabs.find((x) => x.tab === tab) ?? tabs[0]
  const page = view?.page && !docked ? view.page : null
  const move = (by: number) => {
    const at = order.indexOf(open)
    const next = order[at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))]
    if (next) go({ open: next })
  }
  useKeys({ KeyJ: () => move(1), KeyK: () => move(-1), Escape: () => go({ open: '' }) }, !docked && !page)
  return (
    <div className={`module module-${module}`}>
      <header className="bar">
        <h2>{title(module)}</h2>
        {tabs.length > 1 && (
          <nav className="tabs" aria-label={title(module)}>
            {tabs.map((x) => <button key={x.tab} type="button" aria-current={view === x ? 'page' : undefined} onClick={() => go({ tab: x.tab, open: '' })}>{x.title}</button>)}
          </nav>
        )}
        <span className="grow" />
        {tools}
        {codes.map((code, i) => <ComposeButton key={code} code={code} primary={i === 0} disabled={lost} />)}
        {may('file') && <button type="button" onClick={() => compose({})}>{t('compose')} <Kbd>C</Kbd></button>}
      </header>
      {page ? <div className="scroll page">{page}</div> : (
        <>
          {top}
          <div className={'conversations' + (open || docked ? ' opened' : '')}>
            <section className="pane queue" aria-label={title(module)}>
              <div className="scroll">{error ? <Empty>{refusal.sentence(error)}</Empty> : ready ? list : <Empty>{t('loading')}</Empty>}</div>
            </section>
            <section className="pane open" aria-label={t('open')} tabIndex={open || docked ? undefined : 0}>
              {docked || (open ? <MatterPane key={open} id={open} before={detail?.(open)} own={own} /> : rest ? <div className="page">{rest}</div> : <Empty>{t('open.none')}</Empty>)}
            </section>
          </div>
        </>
      )}
    </div>
  )
}

/** Opens the docked compose with a template, by code or kind; nothing when the charter has none, or the officer may not file it. */
export function ComposeButton({ code, primary, disabled, children, ...intent }: { code: string; primary?: boolean; disabled?: boolean; children?: ReactNode } & Omit<Intent, 'code'>) {
  const { desk } = useLive()
  const { compose } = useShell()
  const form = template(desk, code)
  const may = useMayFile()
  if (!form || !may(form.kind)) return null
  return <button type="button" className={primary ? 'primary' : ''} disabled={disabled} onClick={() => compose({ code, ...intent })}>{children ?? <Tri text={form.name} />}</button>
}
