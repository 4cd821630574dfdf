// What the packages weigh, once built, in thousands of bytes:
//   npm run sizes             as a table
//   npm run sizes -- --parts  the rooms of core, by what each costs
//   npm run sizes -- --json   for the test that holds them to their ceilings
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { packed } from './packed.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const kilobytes = (bytes) => Math.ceil(bytes / 100) / 10

/** `installed` lies in node_modules and `download` is fetched; `code` is what programs load, scripts and WebAssembly, and `gzip` that, compressed. */
function sizesOf(folder, { unpackedSize, size, files }) {
  const code = files
    .filter(({ path }) => /\.(js|wasm)$/.test(path))
    .map(({ path }) => readFileSync(join(root, folder, path)))
  const total = (numbers) => numbers.reduce((sum, one) => sum + one, 0)
  return {
    installed: unpackedSize,
    download: size,
    code: total(code.map((bytes) => bytes.length)),
    gzip: total(code.map((bytes) => gzipSync(bytes).length)),
  }
}

/** What is left of a package in a program that uses so much of it, bundled and minified, without the packages of `external`. */
async function bundled(names, from = '@hillock/core', external = []) {
  const entry = `import { ${names} } from '${from}'\nconsole.log(${names})`
  const build = await rolldown({
    input: 'entry',
    cwd: root,
    external,
    plugins: [
      { name: 'entry', resolveId: (id) => (id === 'entry' ? id : null), load: (id) => (id === 'entry' ? entry : null) },
    ],
  })
  const { output } = await build.generate({ minify: true })
  return { code: output[0].code.length, gzip: gzipSync(output[0].code).length }
}

/** Each room of core is one file: its code, minified. */
function partsOf(folder) {
  const rooms = readdirSync(folder).filter((name) => name.endsWith('.js'))
  const sizes = rooms.map((name) => {
    const code = readFileSync(join(folder, name))
    return [name.replace(/\.js$/, ''), { code: code.length, gzip: gzipSync(code).length }]
  })
  return Object.fromEntries(sizes.sort(([, a], [, b]) => b.code - a.code))
}

const sum = (rows) => {
  const total = {}
  for (const row of rows) for (const [what, bytes] of Object.entries(row)) total[what] = (total[what] ?? 0) + bytes
  return total
}

const columns = ['installed', 'download', 'code', 'gzip']
const line = (name, cells) => `${name.padEnd(36)}${cells.map((cell) => String(cell).padStart(11)).join('')}\n`

if (process.argv.includes('--parts')) print(partsOf(join(root, 'packages/core/dist')))
else if (process.argv.includes('--json')) process.stdout.write(JSON.stringify(await all()))
else print(await all())

async function all() {
  const packages = Object.fromEntries(
    Object.entries(packed()).map(([folder, found]) => [folder, sizesOf(folder, found)]),
  )
  const together = ['packages/core', 'plugins/learner-bptt', 'plugins/backend-wasm']
  return {
    ...packages,
    'core + learner-bptt + backend-wasm': sum(together.map((folder) => packages[folder])),
    'device + backend-webgpu': sum(['packages/device', 'plugins/backend-webgpu'].map((folder) => packages[folder])),
    'device + backend-cuda': sum(['packages/device', 'plugins/backend-cuda'].map((folder) => packages[folder])),
    'core, to read a model': await bundled('readSafetensors'),
    'core, to describe a network': await bundled('sequential, dense, lif'),
    'core, to write a learning rule': await bundled(
      'forward, outputError, throughLayers, update',
      '@hillock/core/learner',
    ),
    'core, to train': await bundled('createSession, sequential, dense, lif, poisson, crossEntropy'),
    'recipes, to run one': await bundled('runRecipe', '@hillock/recipes', [/^@hillock\/(core|datasets)/]),
  }
}

function print(sizes) {
  process.stdout.write(line('kB', columns))
  for (const [name, row] of Object.entries(sizes))
    process.stdout.write(
      line(
        name,
        columns.map((what) => (what in row ? kilobytes(row[what]).toFixed(1) : '')),
      ),
    )
}
