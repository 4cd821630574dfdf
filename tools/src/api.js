// Writes what each package exports, with its types, to `<package>/exports.api.md`, for review: a change of it shows in the diff.
//   npm run api                    writes them (after `npm run build`)
//   npm run api -- packages/core   that of one package
//   npm run api -- --check         says which ones are out of date
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folders } from './packed.js'

const { CompilerState, Extractor, ExtractorConfig } = createRequire(import.meta.url)('@microsoft/api-extractor')

const root = fileURLToPath(new URL('../../', import.meta.url))
const check = process.argv.includes('--check')
const quiet = { default: { logLevel: 'none' } }

const entryOf = (folder) => join(root, folder, 'dist/index.d.ts')

/** How one package is looked at; its types are read together with those of the others, once. */
function configOf(name) {
  const [folder, entry] = [join(root, name), entryOf(name)]
  if (!existsSync(entry)) throw new Error(`${entry} is missing: run npm run build`)
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
        reportFolder: folder,
        reportTempFolder: join(folder, 'test-results'),
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
const changed = chosen.filter((_, i) => {
  const messageCallback = (message) => {
    message.handled = true
  }
  return Extractor.invoke(configs[i], { localBuild: !check, messageCallback, compilerState }).apiReportChanged
})
for (const folder of changed)
  process.stdout.write(`${folder}/exports.api.md ${check ? 'is out of date' : 'is written'}\n`)
if (check && changed.length > 0) process.exitCode = 1
