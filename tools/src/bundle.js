// Writes what a package is at run time to its `dist`, from the sources; types come from tsc. Run by the target `build`:
//   node tools/src/bundle.js packages/core
// Each room (a folder of src, or a module right in it) becomes one file, minified: half the size of a file a module, and bundlers still
// leave out the rooms and functions that are not used. A package with a command is divided by what is loaded together instead, so that a command
// loads no other's code. Each throw has a line of its own, which is what Node prints of an uncaught error.
// Maps name places in the sources, for `node --enable-source-maps`; the sources themselves would be more than a third of what is installed.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { rolldown } from 'rolldown'
import { inLines } from './lines.js'

const folder = resolve(process.argv[2])
const [source, target] = [join(folder, 'src'), join(folder, 'dist')]
const manifest = text(join(folder, 'package.json'))
const isProgram = JSON.parse(manifest).bin !== undefined
// what is not published is run where it lies, as tsc writes it
if (!JSON.parse(manifest).private) await bundle()

async function bundle() {
  refuseMoved()
  const input = entries()
  const build = await rolldown({
    input,
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    platform: 'neutral',
    preserveEntrySignatures: 'allow-extension',
    onLog(_level, { message }) {
      throw new Error(message)
    },
  })
  const keepNames = { function: false, class: true }
  const { output } = await build.generate({
    dir: target,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    minify: { compress: { keepNames }, mangle: { toplevel: true, keepNames }, codegen: true },
    comments: false,
    ...(!isProgram && {
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [{ debugName: 'rooms', name: (path) => (Object.values(input).includes(path) ? null : room(path)) }],
      },
    }),
    sourcemap: 'hidden',
  })
  const chunks = output.filter(({ type }) => type === 'chunk')
  refuseCycles(chunks)
  const written = chunks.flatMap(write)
  removeOthers(new Set(written))
}

/** Writes a file and its map; one that only exports anew has none. Returns their paths. */
function write(chunk) {
  const path = join(target, chunk.fileName)
  if (chunk.map === null) {
    writeFileSync(path, chunk.code)
    return [path]
  }
  const {
    code,
    map: { sourcesContent: _, ...map },
  } = inLines(chunk.code, chunk.map)
  writeFileSync(path, `${code}\n//# sourceMappingURL=${chunk.fileName}.map`)
  writeFileSync(`${path}.map`, JSON.stringify(map))
  return [path, `${path}.map`]
}

/** What is loaded by its name: `./dist/index.js` in package.json, `../dist/main.js` in bin, `./worker.js` where a thread is started. */
function entries() {
  const code = [...files(source), ...files(join(folder, 'bin'))].map(text)
  const named = [
    ...manifest.matchAll(/"\.\/dist\/([\w/-]+)\.js"/g),
    ...code.flatMap((lines) => [...lines.matchAll(/'(?:\.\.\/dist|\.)\/([\w-]+)\.js'/g)]),
  ]
  return Object.fromEntries(named.map(([, name]) => [name, join(source, `${name}.ts`)]))
}

/** `src/session/train.ts` -> `session`, `src/kernel.ts` -> `kernel`. */
function room(path) {
  return path.startsWith(source) ? relative(source, path).split(sep)[0].replace(/\.ts$/, '') : null
}

/** A module in a folder ends up a level higher, so it may not ask where it is. */
function refuseMoved() {
  const asking = files(source).find((path) => dirname(path) !== source && /import\.meta\./.test(text(path)))
  if (asking !== undefined) throw new Error(`${asking} uses import.meta: move that into a module right in src`)
}

/** Files that import each other would run in an order that nobody chose. */
function refuseCycles(chunks) {
  const done = new Set()
  const visit = (name, path) => {
    if (path.includes(name)) throw new Error(`rooms import each other: ${[...path, name].join(' -> ')}`)
    if (done.has(name)) return
    for (const next of chunks.find((chunk) => chunk.fileName === name)?.imports ?? []) visit(next, [...path, name])
    done.add(name)
  }
  for (const { fileName } of chunks) visit(fileName, [])
}

/** Removes what earlier builds left. */
function removeOthers(written) {
  const typed = new Set(files(source).map((path) => path.replace(source, target).replace(/\.ts$/, '.d.ts')))
  for (const path of files(target))
    if (!written.has(path) && !typed.has(path) && !path.endsWith('.tsbuildinfo')) rmSync(path)
}

function text(path) {
  return readFileSync(path, 'utf8')
}

function files(place) {
  if (!existsSync(place)) return []
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
