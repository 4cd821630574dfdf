import { HillockError } from '@hillock/core'
import type { Tf } from './tf.ts'

/** A backend of tfjs: the package that has it, and what tfjs calls it. */
interface Source {
  readonly package: string
  readonly registered: string
}

/** The backends of tfjs, by the names that users choose them by. */
export const sources = {
  cpu: { package: '@tensorflow/tfjs-backend-cpu', registered: 'cpu' },
  wasm: { package: '@tensorflow/tfjs-backend-wasm', registered: 'wasm' },
  webgl: { package: '@tensorflow/tfjs-backend-webgl', registered: 'webgl' },
  webgpu: { package: '@tensorflow/tfjs-backend-webgpu', registered: 'webgpu' },
  node: { package: '@tensorflow/tfjs-node', registered: 'tensorflow' },
  'node-gpu': { package: '@tensorflow/tfjs-node-gpu', registered: 'tensorflow' },
} as const satisfies Readonly<Record<string, Source>>

/** A backend of TensorFlow.js. */
export type TfjsName = keyof typeof sources

const core = '@tensorflow/tfjs-core'

/**
 * Imports a package that need not be installed. Throws HILLOCK_UNSUPPORTED if it is not, or does not load, saying what to do; `all` are the
 * packages that are needed together.
 */
export async function load<T>(name: string, all: readonly string[] = [name]): Promise<T> {
  try {
    // by a variable, so that bundlers do not look for what is not there
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as T
  } catch (cause) {
    const { code, message = String(cause) } = cause as { code?: string; message?: string }
    const inNode =
      typeof (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node === 'string'
    const missing = code?.endsWith('MODULE_NOT_FOUND') || !inNode
    const found = missing
      ? `the package '${name}' is not found`
      : `the package '${name}' does not load: ${message.split('\n')[0]}`
    const hint = inNode
      ? missing
        ? `run \`npm install ${all.join(' ')}\``
        : `see whether it works by itself: node -e "require('${name}')"`
      : 'import tfjs and its backend in the page, and give them as `tf`'
    throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint, cause })
  }
}

/**
 * tfjs and one of its backends. `given` is the module in use already, which may have the backend. Throws HILLOCK_UNSUPPORTED if a package is missing.
 */
export async function loadTf(name: TfjsName, given: Tf | undefined): Promise<Tf> {
  const { package: backend, registered } = sources[name]
  const tf = given ?? (await load<Tf>(core, [core, backend]))
  if (tf.findBackendFactory(registered) === null) {
    if (backend.includes('-node')) mendUtil()
    await load(backend, [core, backend])
  }
  return tf
}

/** tfjs-node asks Node's util for a function that Node 23 has removed. */
function mendUtil(): void {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => Record<string, unknown> } }
  const util = process?.getBuiltinModule?.('node:util')
  if (util) util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
}
