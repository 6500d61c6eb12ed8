// The hash over everything that the build is made from. Go recomputes it
// (web/embed_test.go), so a stale dist fails a test that needs no Node.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const web = fileURLToPath(new URL('..', import.meta.url))
const modules = readdirSync(join(web, '../cell')).map((name) => `../cell/${name}/words`).filter((path) => existsSync(join(web, path)))
const roots = ['src', 'public', 'dev/sources.mjs', 'index.html', 'package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', '../i18n/ar.json', '../i18n/en.json', '../i18n/he.json', '../i18n/node', ...modules]

function files(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path).flatMap((name) => files(join(path, name)))
}

/** One line a file, sorted by path: "<sha256>  <path from web/>". */
export function manifest() {
  const byte = (a, b) => (a < b ? -1 : a > b ? 1 : 0)
  return roots
    .flatMap((root) => files(join(web, root)))
    .map((path) => relative(web, path).split(sep).join('/'))
    .sort(byte)
    .map((path) => createHash('sha256').update(readFileSync(join(web, path))).digest('hex') + '  ' + path + '\n')
    .join('')
}

/** The Vite plugin that writes dist/SOURCES.sha256 when the build is done. */
export function sources() {
  return {
    name: 'parley-sources',
    apply: 'build',
    writeBundle() {
      writeFileSync(join(web, 'dist', 'SOURCES.sha256'), createHash('sha256').update(manifest()).digest('hex') + '\n')
    },
  }
}
