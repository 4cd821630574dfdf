// Writes what each package exports, with its types, to `<package>/exports.api.md`, for review: a change of it shows in the diff.
//   npm run api                    writes them (after `npm run build`)
//   npm run api -- packages/core   that of one package
//   npm run api -- --check         says which ones are out of date
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folders } from './packed.js'

const { CompilerState, Extractor, ExtractorConfig } = createRequire(import.meta.url)('@microsoft/api-extractor')

const root = fileURLToPath(new URL('../../', import.meta.url))
const check = process.argv.includes('--check')
const quiet = { default: { logLevel: 'none' } }

const manifestOf = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))

/** The entry points of a package: by what they are imported, the file of their types. */
const entriesOf = (folder) =>
  Object.entries(manifestOf(folder).exports).flatMap(([path, { types }]) =>
    types === undefined ? [] : [{ path, file: join(root, folder, types) }],
  )

/** A module that exports what all of a package's entry points do. */
function entryOf(folder) {
  const entries = entriesOf(folder)
  const missing = entries.find(({ file }) => !existsSync(file))
  if (missing) throw new Error(`${missing.file} is missing: run npm run build`)
  const place = join(root, folder, 'test-results')
  mkdirSync(place, { recursive: true })
  const lines = entries.map(({ file }) => `export * from './${relative(place, file).replace(/\.d\.ts$/, '.js')}'\n`)
  writeFileSync(join(place, 'entries.d.ts'), lines.join(''))
  return join(place, 'entries.d.ts')
}

/** How one package is looked at; its types are read together with those of the others, once. */
function configOf(name) {
  const [folder, entry] = [join(root, name), entryOf(name)]
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(folder, 'package.json'),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: entry,
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2022',
            lib: ['es2023', 'dom'],
            module: 'nodenext',
            skipLibCheck: true,
            types: [],
          },
          files: [entry],
        },
      },
      apiReport: {
        enabled: true,
        reportFolder: join(folder, 'test-results'),
        reportTempFolder: join(folder, 'test-results/api'),
        reportFileName: 'exports',
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: quiet,
        tsdocMessageReporting: quiet,
        // a type that is used by what is exported, but cannot be named by those who use it
        extractorMessageReporting: {
          ...quiet,
          'ae-forgotten-export': { logLevel: 'warning', addToApiReportFile: true },
        },
      },
    },
  })
}

const named = process.argv.slice(2).filter((arg) => !arg.startsWith('--'))
const chosen = named.length > 0 ? named : folders
const configs = chosen.map(configOf)
const compilerState = CompilerState.create(configs[0], { additionalEntryPoints: chosen.map(entryOf) })
for (const [i, folder] of chosen.entries()) {
  const messageCallback = (message) => {
    message.handled = true
  }
  Extractor.invoke(configs[i], { localBuild: true, messageCallback, compilerState })
  const path = join(root, folder, 'exports.api.md')
  const text = arranged(folder, readFileSync(join(root, folder, 'test-results/exports.api.md'), 'utf8'))
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  if (check) process.exitCode = 1
  else writeFileSync(path, text)
  process.stdout.write(`${folder}/exports.api.md ${check ? 'is out of date' : 'is written'}\n`)
}

/** The report with each declaration under the entry point that it belongs to: the last that exports it. */
function arranged(folder, report) {
  const entries = entriesOf(folder)
  if (entries.length === 1) return report
  const checker = compilerState.program.getTypeChecker()
  const exported = entries.map(({ file }) => {
    const module = checker.getSymbolAtLocation(compilerState.program.getSourceFile(file))
    return checker.getExportsOfModule(module).map(({ name }) => name)
  })
  const [head, code, tail] = report.split(/^```(?:ts)?\n/m)
  const parts = entries.map(() => [])
  for (const block of code.trim().split(/\n\n(?=\/\/ (?:@|Warning))/)) {
    const name = block.match(
      /^export (?:declare )?(?:abstract )?(?:const|function|interface|class|type|enum) (\w+)/m,
    )?.[1]
    parts[
      Math.max(
        0,
        exported.findLastIndex((names) => names.includes(name)),
      )
    ].push(block)
  }
  const { name } = manifestOf(folder)
  const sections = entries.map(({ path }, i) => {
    const names = exported[i].toSorted().join(', ')
    const shown = parts[i].length > 0 ? `\n\`\`\`ts\n${parts[i].join('\n\n')}\n\`\`\`\n` : ''
    return `## ${name}${path.slice(1)}\n\nExports ${names}.\n${shown}`
  })
  return `${head}${sections.join('\n')}${tail}`
}
