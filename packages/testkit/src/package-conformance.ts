import { HillockError } from '@hillock/core'
import { type Check, type Conformance, suite } from './suite.ts'

/** Options of `packageConformance`. */
export interface PackageConformance extends Conformance {
  /** Where its package.json lies, with a slash at the end: `new URL('../', import.meta.url)` from a folder of tests. */
  readonly folder: URL
  /** What its main entry exports: `import * as plugin from '../src/index.ts'`. */
  readonly exports: Readonly<Record<string, unknown>>
}

type Table = Readonly<Record<string, unknown>>

const named = /^(?:@hillock\/|hillock-)(?:learner|backend|neuron|encoder|sweep)-([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/

/**
 * Registers the tests that the package of every plugin passes: a name that the command line finds, an export of that name, types, ESM
 * without side effects, options it does not have refused, core as a peer in a range, no other plugin among what it installs, a README that begins with its name. Runs in
 * Node.js alone.
 */
export function packageConformance(options: PackageConformance): void {
  const { folder, exports } = options
  // asked for when it is needed, so that the other suites run in browsers too
  const { existsSync, readFileSync } = process.getBuiltinModule('node:fs')
  const read = (path: string) => readFileSync(new URL(path, folder), 'utf8')
  const manifest = JSON.parse(read('package.json')) as Table
  const name = String(manifest.name)

  const declare = (test: Check) => {
    const short = named.exec(name)?.[1]
    const factory = short?.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()) ?? ''

    test('its name is one that hillock finds, and its main export is called likewise', () => {
      check(short !== undefined, `'${name}' is not hillock-<kind>-<name>, as in hillock-learner-my-rule`)
      const found = Object.keys(exports).join(', ')
      check(
        typeof exports[factory] === 'function',
        `it does not export a function '${factory}', but ${found || 'nothing'}`,
      )
    })

    test('its main export refuses an option that it does not have, and names it', async () => {
      if (typeof exports[factory] !== 'function') return
      const make = async () => (exports[factory] as (options: object) => unknown)({ noSuchOption: 1 })
      const found = await make().then(
        () => 'it is accepted',
        (error) => (error instanceof HillockError ? `${error.code}: ${error.message}` : String(error)),
      )
      check(found.startsWith('HILLOCK_OPTION') && found.includes('noSuchOption'), `of { noSuchOption: 1 }: ${found}`)
    })

    test('it says what it is: description, license, version, Node.js', () => {
      for (const key of ['description', 'license'])
        check(typeof manifest[key] === 'string' && manifest[key] !== '', `'${key}' is missing`)
      check(/^\d+\.\d+\.\d+/.test(String(manifest.version)), `the version is '${manifest.version}', not as in 1.2.3`)
      check(typeof table(manifest.engines).node === 'string', "'engines.node' is missing, as in >=20.19")
    })

    test('it is an ES module without side effects', () => {
      check(manifest.type === 'module', "'type' is not 'module'")
      check(manifest.sideEffects === false, "'sideEffects' is not false")
    })

    test('its main entry has types, and both are there when it is built', () => {
      const main = table(table(manifest.exports)['.'])
      const conditions = Object.keys(main)
      check(typeof main.types === 'string', "'exports' has no 'types' for '.'")
      check(typeof main.default === 'string', "'exports' has no 'default' for '.'")
      check(conditions.indexOf('types') < conditions.indexOf('default'), "'types' stands after 'default'")
      for (const path of [main.types, main.default] as string[])
        check(existsSync(new URL(path, folder)), `${path} is not there: build it first`)
    })

    test('core is a peer, in a range', () => {
      const range = table(manifest.peerDependencies)['@hillock/core']
      check(typeof range === 'string', "'@hillock/core' is not among 'peerDependencies'")
      check(/^(\^|~|>=)\d/.test(range as string), `'${range}' shuts out other versions of core, or none: write ^0.1.0`)
      check(!('@hillock/core' in table(manifest.dependencies)), 'core is a dependency too: there would be two of it')
    })

    test('it installs no other plugin', () => {
      const { dependencies, peerDependencies, optionalDependencies } = manifest
      const all = { ...table(dependencies), ...table(peerDependencies), ...table(optionalDependencies) }
      const others = Object.keys(all).filter((other) => named.test(other))
      check(others.length === 0, `it depends on ${others.join(', ')}`)
    })

    test('its README begins with its name', () => {
      check(existsSync(new URL('README.md', folder)), 'there is no README.md')
      check(read('README.md').startsWith(`# ${name}\n`), `README.md does not begin with '# ${name}'`)
    })
  }
  suite(`${name}: package`, options, declare, { twice: false })
}

const table = (value: unknown): Table => (typeof value === 'object' && value !== null ? (value as Table) : {})

function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message)
}
