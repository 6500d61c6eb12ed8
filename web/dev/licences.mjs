// Collects the licences of everything that is in the build into
// public/licences.txt. Run it when a dependency changes.
import { execSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const web = fileURLToPath(new URL('..', import.meta.url))
const paths = execSync('npm ls --omit=dev --all --parseable', { cwd: web, encoding: 'utf8' }).trim().split('\n').slice(1).sort()
const texts = new Map()
for (const path of paths) {
  const pkg = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
  const file = readdirSync(path).find((name) => /^(licen[cs]e|copying|ofl)/i.test(name))
  const text = file && existsSync(join(path, file)) ? readFileSync(join(path, file), 'utf8').replaceAll('\r', '').trim() : `Licence: ${pkg.license}`
  texts.set(text, [...(texts.get(text) ?? []), `${pkg.name} ${pkg.version} (${pkg.license})`])
}
const parts = [...texts].map(([text, names]) => names.join('\n') + '\n\n' + text)
writeFileSync(join(web, 'public/licences.txt'), 'The console contains the following works.\n\n' + parts.join('\n\n' + '-'.repeat(72) + '\n\n') + '\n')
