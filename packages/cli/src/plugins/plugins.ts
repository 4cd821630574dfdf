import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { choices, HillockError } from '@hillock/core/errors'
import { exportOf, isPluginName, type PackageKind, packagesOf, pluginKinds } from '@hillock/recipes'
import { home, type Manifest, manifestIn } from '../home.ts'

/** What a plugin's factory is; its options are its own affair. */
export type PluginFactory = (options: Readonly<Record<string, unknown>>) => unknown

export interface Plugin {
  readonly kind: PackageKind
  readonly name: string
  readonly package: string
  readonly version: string
}

/** A plugin's package, loaded. */
export interface Loaded {
  readonly make: PluginFactory
  readonly exports: Readonly<Record<string, unknown>>
}

/** Where plugins are looked for: from the user's folder first, then beside hillock itself. */
const places = (): string[] => [
  pathToFileURL(join(process.cwd(), 'hillock.js')).href,
  pathToFileURL(join(home, 'dist', 'hillock.js')).href,
]

/**
 * The factory of a plugin: `random-bp` is the export `randomBp` of @hillock/learner-random-bp or hillock-learner-random-bp. Throws
 * HILLOCK_PLUGIN if it is not installed or does not load, saying what to install, and what there is besides `own`.
 */
export const loadPlugin = async (kind: PackageKind, name: string, own?: readonly string[]): Promise<PluginFactory> =>
  (await loadModule(kind, name, own)).make

/** The same, with all else that the package exports. */
export async function loadModule(kind: PackageKind, name: string, own: readonly string[] = []): Promise<Loaded> {
  const candidates = packagesOf(kind, name)
  const found = isPluginName(name) ? locate(candidates) : undefined
  if (found === undefined) {
    const others = findPlugins().filter((plugin) => plugin.kind === kind)
    const empty = others.find((plugin) => plugin.name === name)
    if (empty !== undefined) {
      const hint = 'install it again, or build it'
      throw new HillockError('HILLOCK_PLUGIN', `${empty.package} has no code to load`, { hint })
    }
    const known = choices(name, [...own, ...others.map((plugin) => plugin.name)])
    if (!isPluginName(name))
      throw new HillockError('HILLOCK_PLUGIN', `'${name}' is not a name of a ${kind}`, { hint: known })
    const hint = `${known}; to get it, run \`npm install ${candidates[0]}\` (or ${candidates[1]})`
    throw new HillockError('HILLOCK_PLUGIN', `the ${kind} '${name}' is not installed`, { hint })
  }
  let exports: Record<string, unknown>
  try {
    exports = await import(pathToFileURL(found.path).href)
  } catch (cause) {
    throw new HillockError('HILLOCK_PLUGIN', `${found.package} does not load: ${messageOf(cause)}`, {
      hint: 'install it again, in a version that fits this hillock',
      cause,
    })
  }
  const exported = exportOf(name)
  const make = exports[exported]
  if (typeof make === 'function') return { make: make as PluginFactory, exports }
  throw new HillockError('HILLOCK_PLUGIN', `${found.package} does not export '${exported}'`, {
    hint: `it exports ${Object.keys(exports).join(', ') || 'nothing'}`,
  })
}

/** Whether a plugin can be found; not whether it works. */
export const isInstalled = (kind: PackageKind, name: string): boolean =>
  isPluginName(name) && locate(packagesOf(kind, name)) !== undefined

function locate(candidates: readonly string[]): { package: string; path: string } | undefined {
  for (const place of places()) {
    for (const name of candidates) {
      try {
        return { package: name, path: createRequire(place).resolve(name) }
      } catch {
        // not here: look on
      }
    }
  }
  return undefined
}

const pluginPackage = new RegExp(`^(?:@hillock/|hillock-)(${[...pluginKinds, 'sweep'].join('|')})-([a-z0-9-]+)$`)

/** The plugins that are installed, nearest first: the package in whose folder hillock is run, then those of `places`. */
export function findPlugins(): Plugin[] {
  const found = new Map<string, Plugin>()
  const add = (name: string, manifest: Manifest | undefined) => {
    const match = pluginPackage.exec(name)
    if (match === null || manifest === undefined || found.has(name)) return
    const version = manifest.version ?? 'unknown'
    found.set(name, { kind: match[1] as PackageKind, name: match[2]!, package: name, version })
  }
  const here = manifestIn(process.cwd())
  add(here?.name ?? '', here)
  for (const modules of places().flatMap((place) => createRequire(place).resolve.paths('hillock') ?? [])) {
    for (const name of [...list(join(modules, '@hillock')).map((entry) => `@hillock/${entry}`), ...list(modules)])
      add(name, pluginPackage.test(name) ? manifestIn(join(modules, name)) : undefined)
  }
  return [...found.values()]
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message.split('\n')[0]! : String(cause))
