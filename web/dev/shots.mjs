// Pictures and an accessibility check of every screen. Needs Chromium at
// /usr/bin/chromium, or where CHROMIUM says.
//   node dev/shots.mjs [out] [name filter]              against the mock node
//   SIGNIN=<sign-in link of a desk> node dev/shots.mjs … against a real one: each
//   screen that the desk runs, in three languages, alone and with a matter open
import { readFileSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'

const out = process.argv[2] ?? 'shots'
const filter = process.argv[3] ?? ''
const base = process.env.CONSOLE ?? 'http://127.0.0.1:7199'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
mkdirSync(out, { recursive: true })
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none', '--disable-lcd-text'] })
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const signin = process.env.SIGNIN

/** The screens of a desk that runs, each alone and with one matter of each list open. */
async function real(link) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(link)
  await page.waitForSelector('.shell')
  const ask = (path) => page.evaluate((p) => fetch('/api/v1' + p).then((r) => r.json()), path)
  const desk = await ask('/desk')
  const pages = []
  for (const screen of ['watch', ...desk.modules, 'record']) {
    const lists = screen === 'record' ? {} : await ask(screen === 'watch' ? '/watch' : screen === 'hotline' ? '/matters?module=hotline&state=all' : '/' + screen)
    const keys = Object.values(lists).filter(Array.isArray).map((l) => (l.findLast((x) => x?.open) ?? l.at(-1))?.key)
    for (const [i, open] of ['', ...new Set(keys.filter(Boolean))].entries())
      for (const [lang, theme] of [['en', 'dusk'], ['ar', 'day'], ['he', 'night']])
        pages.push([`${screen}-${i}-${lang}`, { w: 1366, h: 768 }, { screen, lang, theme, look: '', ...(open ? { open } : {}) }])
  }
  const state = await context.storageState()
  await context.close()
  return { base: new URL(link).origin, pages, state }
}

async function mocked() {
  await fetch(base + '/mock/watch', { method: 'POST' })
  const watch = await (await fetch(base + '/api/v1/watch')).json()
  const all = [...watch.answer_now, ...watch.owed, ...watch.waiting, ...watch.info]
  const open = (number) => all.find((i) => i.number === number)?.key ?? all[0]?.key ?? ''
  const S = { w: 1366, h: 768 }, L = { w: 1600, h: 1000 }, N = { w: 640, h: 900 }
  return { base, state: undefined, pages: [
    ['watch-en', L, { screen: 'watch', lang: 'en', theme: 'dusk', open: open('A-14') }],
    ['watch-ar-night', S, { screen: 'watch', lang: 'ar', theme: 'night', open: open('A-14') }],
    ['watch-he-day', S, { screen: 'watch', lang: 'he', theme: 'day', open: open('A-14') }],
    ['matter-en-readback', S, { screen: 'watch', lang: 'en', theme: 'day', open: open('S-6') }, async (p) => { await p.keyboard.press('KeyB') }],
    ['matter-ar-s6', L, { screen: 'watch', lang: 'ar', theme: 'dusk', open: open('S-6') }],
    ['matter-he-position', S, { screen: 'watch', lang: 'he', theme: 'dusk', open: open('A-14') }, async (p) => { await p.keyboard.press('KeyP'); await p.keyboard.press('Digit1') }],
    ['compose-en', S, { screen: 'watch', lang: 'en', theme: 'dusk' }, async (p) => { await p.keyboard.press('KeyC') }],
    ['compose-ar', S, { screen: 'watch', lang: 'ar', theme: 'dusk' }, async (p) => { await p.keyboard.press('KeyC'); await p.keyboard.press('Digit4'); await p.waitForTimeout(900); await p.keyboard.type('تل') ; await p.waitForTimeout(300) }],
    ['cease-he', S, { screen: 'record', lang: 'he', theme: 'night' }, async (p) => { await p.keyboard.press('F9') }],
    ['cease-en', S, { screen: 'watch', lang: 'en', theme: 'dusk', open: open('A-14') }, async (p) => { await p.keyboard.press('F9') }],
    ['hotline-en', S, { screen: 'hotline', lang: 'en', theme: 'day', open: open('A-12') }],
    ['checks-ar', S, { screen: 'hotline', tab: 'checks', lang: 'ar', theme: 'day' }],
    ['channels-he', S, { screen: 'hotline', tab: 'channels', lang: 'he', theme: 'dusk' }],
    ['translations-en', S, { screen: 'hotline', tab: 'translations', lang: 'en', theme: 'night' }],
    ['record-en', L, { screen: 'record', lang: 'en', theme: 'dusk' }],
    ['record-ar', S, { screen: 'record', lang: 'ar', theme: 'night', tab: 'alpha#41' }],
    ['record-he-proof', S, { screen: 'record', lang: 'he', theme: 'day', tab: 'alpha#41' }, async (p) => { await p.keyboard.press('KeyX') }],
    ['signin-ar', S, { screen: 'signin', lang: 'ar', theme: 'dusk' }],
    ['signin-en', S, { screen: 'signin', lang: 'en', theme: 'day' }],
    ['keys-en', S, { screen: 'watch', lang: 'en', theme: 'dusk' }, async (p) => { await p.keyboard.press('Shift+Slash') }],
    ['frame-ar', N, { screen: 'watch', lang: 'ar', theme: 'dusk', open: open('A-14') }],
    ['frame-he', N, { screen: 'watch', lang: 'he', theme: 'dusk' }],
    ['frame-en-record', N, { screen: 'record', lang: 'en', theme: 'dusk' }],
    ['end-en', S, { screen: 'watch', lang: 'en', theme: 'dusk' }, async (p) => { await fetch(base + '/mock/end'); await p.waitForTimeout(2300) }],
    ['quiet-he', S, { screen: 'watch', lang: 'he', theme: 'night' }, async (p) => { await fetch(base + '/mock/end'); await fetch(base + '/mock/quiet'); await p.waitForTimeout(2300) }],
    ['quiet-ar-day', L, { screen: 'watch', lang: 'ar', theme: 'day' }],
    ...[['en', 'dusk'], ['ar', 'day'], ['he', 'night']].flatMap(([lang, theme]) => {
      const at = (screen, more) => ({ screen, lang, theme, look: '', ...more })
      return [
        ['officer-menu-' + lang, S, at('watch'), (p) => p.click('.officermenu > button'), 'as?roles=watch,desk-head'],
        ['officer-glass-' + lang, S, at('watch'), async (p) => { await p.keyboard.press('KeyJ') }, 'as?roles=viewer'],
        ['officers-' + lang, S, at('officers', { open: 'watch-1' }), undefined, 'as?roles=administrator'],
        ['officers-link-' + lang, S, at('officers', { open: 'interp-1' }), async (p) => { await p.click('.card .actions button'); await p.click('text=' + { en: 'Make a token', ar: 'إنشاء رمز', he: 'יצירת אסימון' }[lang]) }, 'as?roles=administrator'],
        ['officers-add-' + lang, S, at('officers'), (p) => p.keyboard.press('KeyN'), 'as?roles=administrator'],
        ['policy-' + lang, S, at('policy'), async (p) => { await p.click('.wants summary') }, 'as?roles=watch,security'],
        ['log-' + lang, S, at('log'), undefined, 'as?roles=security'],
        ['approvals-' + lang, S, at('approvals', { open: 'bravo:p1' }), undefined, 'as?roles=desk-head,watch'],
        ['approvals-own-' + lang, S, at('approvals', { open: 'bravo:p2' }), undefined, 'as?roles=desk-head,watch'],
        ['lock-' + lang, S, at('watch'), undefined, 'lock'],
        ['signedout-' + lang, S, at('watch'), (p) => p.click('.ways .quiet'), 'out'],
      ]
    }),
  ] }
}

const desk = signin ? await real(signin) : await mocked()
const pages = desk.pages.filter(([name]) => name.includes(filter))

let bad = 0
for (const [name, size, query, act, before] of pages) {
  if (before) await fetch(`${base}/mock/${before}`)
  const context = await browser.newContext({ viewport: { width: size.w, height: size.h }, reducedMotion: 'reduce', storageState: desk.state })
  const page = await context.newPage()
  page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') { console.log(name, 'CONSOLE', m.text()); bad++ } })
  page.on('pageerror', (e) => { console.log(name, 'ERROR', e.message); bad++ })
  await page.goto(`${desk.base}/?${new URLSearchParams(query)}`)
  await page.waitForSelector('.clockbar, .signin')
  await page.evaluate(() => document.fonts.ready)
  await page.waitForTimeout(500)
  if (act) { await act(page); await page.waitForTimeout(300) }
  await page.screenshot({ path: `${out}/${name}.png` })
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  if (overflow) { console.log(name, 'OVERFLOW'); bad++ }
  await page.evaluate(axe)
  const found = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), tags)
  for (const v of found.violations) { console.log(name, 'AXE', v.id, v.help, v.nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | ')); bad++ }
  await context.close()
}
if (!signin && pages.some(([name]) => name === 'quiet-he')) await fetch(base + '/mock/quiet')
await browser.close()
console.log(bad ? `${bad} findings` : `${pages.length} screens, 0 findings`)
process.exitCode = bad ? 1 : 0
