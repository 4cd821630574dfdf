import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HillockError } from '@hillock/core'
import { choices } from './choices.ts'

export type PluginKind = 'learner' | 'backend'

/** What a plugin's factory is; its options are its own affair. */
export type PluginFactory = (options: Readonly<Record<string, unknown>>) => unknown

export interface Plugin {
  readonly kind: PluginKind
  readonly name: string
  readonly package: string
  readonly version: string
}

/** Where plugins are looked for: from the user's folder first, then beside hillock itself. */
const places = (): string[] => [pathToFileURL(join(process.cwd(), 'hillock.js')).href, import.meta.url]

const packagesOf = (kind: PluginKind, name: string): string[] => [`@hillock/${kind}-${name}`, `hillock-${kind}-${name}`]

/**
 * The factory of a plugin: `random-bp` is the export `randomBp` of @hillock/learner-random-bp or hillock-learner-random-bp. Errors:
 * HILLOCK_PLUGIN where it is not installed or does not load, saying what to install.
 */
export async function loadPlugin(kind: PluginKind, name: string): Promise<PluginFactory> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    const hint = 'a plugin is named in small letters, as in random-bp'
    throw new HillockError('HILLOCK_PLUGIN', `'${name}' is no name of a ${kind}`, { hint })
  }
  const candidates = packagesOf(kind, name)
  const found = locate(candidates)
  if (found === undefined) {
    const others = findPlugins().filter((plugin) => plugin.kind === kind)
    const there = [...(kind === 'backend' ? ['reference'] : []), ...others.map((plugin) => plugin.name)]
    const install = `run \`npm install ${candidates[0]}\` (or ${candidates[1]})`
    throw new HillockError('HILLOCK_PLUGIN', `the ${kind} '${name}' is not installed`, {
      hint: `${choices(name, there)}; to get it, ${install}`,
    })
  }
  let module: Record<string, unknown>
  try {
    module = await import(pathToFileURL(found.path).href)
  } catch (cause) {
    throw new HillockError('HILLOCK_PLUGIN', `${found.package} does not load: ${messageOf(cause)}`, {
      hint: 'install it again, in a version that fits this hillock',
      cause,
    })
  }
  const exported = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const factory = module[exported]
  if (typeof factory === 'function') return factory as PluginFactory
  throw new HillockError('HILLOCK_PLUGIN', `${found.package} does not export '${exported}'`, {
    hint: `it exports ${Object.keys(module).join(', ') || 'nothing'}`,
  })
}

/** Whether a plugin can be found; not whether it works. */
export const isInstalled = (kind: PluginKind, name: string): boolean => locate(packagesOf(kind, name)) !== undefined

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

/** The plugins that are installed, nearest first. */
export function findPlugins(): Plugin[] {
  const found = new Map<string, Plugin>()
  for (const modules of places().flatMap((place) => createRequire(place).resolve.paths('hillock') ?? [])) {
    for (const name of [...list(join(modules, '@hillock')).map((entry) => `@hillock/${entry}`), ...list(modules)]) {
      const match = /^(?:@hillock\/|hillock-)(learner|backend)-([a-z0-9-]+)$/.exec(name)
      if (match === null || found.has(name)) continue
      const version = versionOf(join(modules, name, 'package.json'))
      if (version === undefined) continue
      found.set(name, { kind: match[1] as PluginKind, name: match[2]!, package: name, version })
    }
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

function versionOf(manifest: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
    return typeof version === 'string' ? version : 'unknown'
  } catch {
    return undefined
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message.split('\n')[0]! : String(cause))

/** The version of hillock. */
export const version = (): string => versionOf(join(dirname(import.meta.dirname), 'package.json')) ?? 'unknown'
