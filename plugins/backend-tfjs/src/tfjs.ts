import { type Backend, HillockError } from '@hillock/core'
import { checkOptions, is } from '@hillock/core/options'
import { createBackend } from './backend.ts'
import { loadTf, sources, type TfjsName } from './load.ts'
import { select } from './select.ts'
import type { Tf } from './tf.ts'
import { createTools } from './tools.ts'

/** Options of `tfjs`. */
export interface TfjsOptions {
  /** The backend of tfjs to run on. Default: 'wasm'. */
  readonly backend?: TfjsName
  /** The module of tfjs in use. Needed in a page, where packages are bundled. Default: '@tensorflow/tfjs-core' is imported. */
  readonly tf?: Tf
}

/** What a backend of tfjs runs on here, and if it does not work why. */
export type Availability =
  | { readonly available: true; readonly devices: readonly string[] }
  | { readonly available: false; readonly reason: string }

/** What stands behind a colon on the command line: `tfjs:wasm` is `tfjs({ backend: 'wasm' })`. */
export const variants = { backend: Object.keys(sources) as readonly TfjsName[] } as const

const isTf = is.made('the module of tfjs: import * as tf', 'engine', 'setBackend', 'matMul')

const check = (options: TfjsOptions) =>
  checkOptions('tfjs', options, { backend: is.oneOf(...variants.backend), tf: isTf })

const hints: Readonly<Record<TfjsName, string>> = {
  cpu: 'use another backend',
  wasm: 'serve the .wasm files of tfjs, and say where with its setWasmPaths',
  webgl: 'it is for pages, with WebGL; in Node.js use wasm or node',
  webgpu: 'it is for pages whose browser has WebGPU; use webgl there, in Node.js wasm or node',
  node: 'install @tensorflow/tfjs-node again',
  'node-gpu': 'install @tensorflow/tfjs-node-gpu again',
}

async function start({ backend = 'wasm', tf: given }: TfjsOptions) {
  const tf = await loadTf(backend, given)
  const name = `tfjs:${backend}`
  const use = await select(tf, name, sources[backend].registered, hints[backend])
  if (backend === 'node-gpu') checkGpu(use(() => tf.backend()))
  return { tf, name, use }
}

/** tfjs-node-gpu would work on the processor where it finds no GPU, and so does tfjs-node, which is called alike. */
function checkGpu(backend: unknown): void {
  const { isUsingGpuDevice, isGPUPackage } = backend as { isUsingGpuDevice?: boolean; isGPUPackage?: boolean }
  if (isUsingGpuDevice) return
  const [found, hint] = isGPUPackage
    ? ['tfjs-node-gpu finds no GPU that it can use', 'install the CUDA that its README asks for, or use node']
    : ['tfjs-node is already loaded, so tfjs-node-gpu cannot be', 'load only one of them']
  throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint })
}

/**
 * A backend on one of TensorFlow.js, for those who work there already; `reference()` is faster than it on tfjs-wasm. Programs run operation
 * by operation, so `supports.exact` is false; random numbers are those of every backend. The current backend of tfjs is what it was after each
 * call.
 *
 * Throws HILLOCK_OPTION if an option is wrong, and HILLOCK_UNSUPPORTED if a package of tfjs is not installed or its backend does not start here,
 * saying what to do.
 */
export async function tfjs(options: TfjsOptions = {}): Promise<Backend> {
  check(options)
  const { tf, name, use } = await start(options)
  return createBackend(name, createTools(tf), use)
}

/** Looks whether `tfjs` works with these options, and says why it does not. Never throws for that. */
export async function isAvailable(options: TfjsOptions = {}): Promise<Availability> {
  check(options)
  try {
    const { tf } = await start(options)
    return { available: true, devices: [`TensorFlow.js ${tf.version_core}`] }
  } catch (error) {
    if (!(error instanceof HillockError)) throw error
    return { available: false, reason: error.message.replaceAll('\n', '; ') }
  }
}
