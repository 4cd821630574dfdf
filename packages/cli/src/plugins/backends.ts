import { availableParallelism, cpus } from 'node:os'
import { type Backend, HillockError, reference } from '@hillock/core'
import { choices } from '@hillock/core/errors'
import { checkOptions } from '@hillock/core/options'
import type { BackendSpec } from '@hillock/recipes'

import { isEmulated } from './emulated.ts'
import { findPlugins, isInstalled, type Loaded, loadModule } from './plugins.ts'

/** What the command line says about the backend. */
export interface BackendOptions {
  /** `wasm`, `tfjs:wasm` with a variant behind the colon, or `auto`. */
  readonly backend?: string | undefined
  /** Which GPU, counted from 0. */
  readonly device?: number | undefined
  readonly threads?: number | undefined
}

/** A backend that was made. */
export interface Opened {
  readonly backend: Backend
  /** What was made; `auto` has become a name. */
  readonly spec: BackendSpec
  /** Why `auto` chose it: what it found of each backend that it looked at. */
  readonly because?: readonly string[]
}

/** What is told of a backend at work. */
export interface AboutBackend {
  readonly backend: string
  readonly threads: number
  /** The GPU, or whatever else computes, where the backend says. */
  readonly device?: string
  /** Whether a processor emulates that device. */
  readonly emulated?: true
  readonly because?: readonly string[]
}

/** What there is of a backend on this machine. */
export interface Found {
  readonly name: string
  readonly available: boolean
  readonly devices?: readonly string[]
  /** Why it is not available. */
  readonly reason?: string
}

/** What `auto` tries, best first. */
const preferred = ['cuda', 'webgpu', 'wasm', 'reference']

/** The default backend: `wasm` if it is installed, else `reference`. */
const defaultBackend = (): string => (isInstalled('backend', 'wasm') ? 'wasm' : 'reference')

/** The backend that is asked for: by the command line, by the recipe, or the default. One of the same name keeps the recipe's options. */
export function chooseBackend({ backend, device }: BackendOptions, inRecipe?: BackendSpec): BackendSpec {
  const kept = backend === undefined || backend === inRecipe?.name ? inRecipe : undefined
  const spec = kept ?? { name: backend ?? defaultBackend() }
  return device === undefined ? spec : { ...spec, device }
}

/**
 * Makes a backend. Throws HILLOCK_PLUGIN if its package is missing or it has no such variant, HILLOCK_USAGE if it does not take the `device` or
 * `threads` of the command line, and what the backend throws itself.
 */
export async function openBackend(
  spec: BackendSpec,
  { device, threads }: Omit<BackendOptions, 'backend'> = {},
): Promise<Opened> {
  const given = { ...(device !== undefined && { device }), ...(threads !== undefined && { threads }) }
  const said = Object.entries(given).map(([name, value]) => `--${name} ${value}`)
  const { name, ...options } = { ...spec, ...given }
  if (name === 'auto') return openBest(Object.keys(options))
  const { make, variant } = await loadBackend(name)
  let backend: Backend
  try {
    backend = (await make({ ...options, ...variant })) as Backend
  } catch (cause) {
    throw said.length === 0 ? cause : asUsage(said.join(' '), cause)
  }
  for (const [option, what] of [
    ['threads', 'number of threads'],
    ['device', 'number of a device'],
  ] as const) {
    if (given[option] === undefined || option in backend) continue
    await backend.dispose()
    const hint = `omit --${option}, or choose a backend that takes one`
    throw new HillockError('HILLOCK_USAGE', `the backend '${name}' takes no ${what}`, { hint })
  }
  return { backend, spec }
}

/** The best backend that works here. It takes no options, since it is not known which one they would be for. */
async function openBest(options: readonly string[]): Promise<Opened> {
  if (options.length > 0) {
    const hint = 'name the backend that takes it'
    throw new HillockError('HILLOCK_USAGE', `the backend 'auto' takes no ${options.join(' and no ')}`, { hint })
  }
  const passed: string[] = []
  for (const name of preferred) {
    const { available, devices = [], reason } = await lookAt(name)
    if (!available) passed.push(`${name}: ${reason}`)
    else if (devices.every(isEmulated)) passed.push(`${name}: ${devices.join(', ')} is not a real GPU`)
    else {
      try {
        return { ...(await openBackend({ name })), because: [...passed, `${name}: ${devices[0]}`] }
      } catch (error) {
        passed.push(`${name}: ${inOneLine(error)}`)
      }
    }
  }
  throw new HillockError('HILLOCK_UNSUPPORTED', `no backend works on this machine: ${passed.join('; ')}`)
}

/** Looks whether a backend works here, on which devices, and if not why. Throws nothing. */
export async function lookAt(name: string): Promise<Found> {
  try {
    const { make, variant, isAvailable } = await loadBackend(name)
    if (isAvailable) {
      const { available, devices, reason } = await isAvailable(variant)
      if (!available) return { name, available: false, reason: inOneLine(reason) }
      return { name, available: true, devices: Array.isArray(devices) ? devices.map(String) : [] }
    }
    const backend = (await make(variant)) as Backend
    const device = deviceOf(backend) ?? `${processor()}, ${countOf(threadsOf(backend))}`
    await backend.dispose()
    return { name, available: true, devices: [device] }
  } catch (error) {
    return { name, available: false, reason: inOneLine(error) }
  }
}

/** The names of all backends that are installed, each variant as one. */
export async function backendNames(): Promise<string[]> {
  const installed = new Set(findPlugins().flatMap(({ kind, name }) => (kind === 'backend' ? [name] : [])))
  const names = [...installed].map(async (name) => {
    const loaded = await loadModule('backend', name).catch(() => undefined)
    const variants = loaded && variantsOf(loaded)?.names
    return variants?.map((variant) => `${name}:${variant}`) ?? [name]
  })
  return ['reference', ...(await Promise.all(names)).flat()]
}

export function aboutBackend({ backend, spec, because }: Opened): AboutBackend {
  const device = deviceOf(backend)
  return {
    backend: spec.name,
    threads: threadsOf(backend),
    ...(device !== undefined && { device, ...(isEmulated(device) && { emulated: true }) }),
    ...(because && { because }),
  }
}

/** A backend as people are told of it. */
export function describeBackend({ backend, threads, device, emulated }: AboutBackend): string {
  const on = device ?? (threads > 1 ? countOf(threads) : undefined)
  return [backend, ...(on === undefined ? [] : [on]), ...(emulated ? ['emulated'] : [])].join(', ')
}

/** Why `auto` chose a backend, in lines that each end; nothing where it was named. */
export const explainChoice = ({ backend, because }: AboutBackend): string =>
  because === undefined ? '' : [`auto chose ${backend}:`, ...because.map((one) => `  ${one}`), ''].join('\n')

/** How many threads a backend says that it runs on. */
const threadsOf = (backend: Backend): number =>
  'threads' in backend && typeof backend.threads === 'number' ? backend.threads : 1

/** The device that a backend says that it runs on. */
const deviceOf = (backend: Backend): string | undefined =>
  'device' in backend && typeof backend.device === 'string' ? backend.device : undefined

interface LoadedBackend {
  readonly make: Loaded['make']
  /** The option that the word behind the colon stands for. */
  readonly variant: Readonly<Record<string, string>>
  readonly isAvailable?: (options: object) => Promise<Omit<Found, 'name'>>
}

async function loadBackend(name: string): Promise<LoadedBackend> {
  const [plugin, ...rest] = name.split(':') as [string, ...string[]]
  const loaded = plugin === 'reference' ? ofCore : await loadModule('backend', plugin, ['reference', 'auto'])
  const { isAvailable } = loaded.exports as { isAvailable?: LoadedBackend['isAvailable'] }
  const found = { make: loaded.make, ...(typeof isAvailable === 'function' && { isAvailable }) }
  if (rest.length === 0) return { ...found, variant: {} }
  const { option, names } = variantsOf(loaded) ?? { option: '', names: [] }
  const wanted = rest.join(':')
  if (names.includes(wanted)) return { ...found, variant: { [option]: wanted } }
  const hint = names.length === 0 ? `write ${plugin}` : choices(wanted, names)
  throw new HillockError('HILLOCK_PLUGIN', `the backend '${plugin}' has no variant '${wanted}'`, { hint })
}

const ofCore: Loaded = {
  exports: {},
  make(options) {
    checkOptions('reference', options, {})
    return reference()
  },
}

/** What a backend exports as `variants`: one of its options, and the values of it. */
function variantsOf({ exports: { variants } }: Loaded): { option: string; names: readonly string[] } | undefined {
  const [first] = Object.entries(variants ?? {})
  return first && { option: first[0], names: first[1] as readonly string[] }
}

/** What a backend does not take was said on the command line. */
function asUsage(said: string, cause: unknown): unknown {
  const { code, message, hint } = cause as Partial<HillockError>
  if (code !== 'HILLOCK_OPTION' && code !== 'HILLOCK_RANGE') return cause
  return new HillockError('HILLOCK_USAGE', `${said}: ${message?.split('\n')[0]}`, { hint, cause })
}

const inOneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll('\n', '; ')

const processor = (): string => cpus()[0]?.model.trim() || `a processor of ${availableParallelism()} cores`

const countOf = (threads: number): string => `${threads} thread${threads === 1 ? '' : 's'}`
