import type * as fs from 'node:fs'
import type * as os from 'node:os'
import type * as timers from 'node:timers'
import type * as threads from 'node:worker_threads'
import { HillockError } from '@hillock/core'

interface Builtins {
  'node:fs': typeof fs
  'node:os': typeof os
  'node:timers': typeof timers
  'node:worker_threads': typeof threads
}

/** A module of Node, or undefined in a browser; asked for at run time, so that bundlers see no import of it. */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const node = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }).process
  return node?.getBuiltinModule?.(name) as Builtins[Name] | undefined
}

/** Whether memory can be shared between threads: always in Node, in browsers with cross-origin isolation. */
export const canShare = (): boolean =>
  builtin('node:worker_threads') !== undefined ||
  (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true

/** A module whose function is f32x4.relaxed_madd of its parameter. */
const madd = [
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0],
  ...[10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 133, 2, 11],
]

/** Whether the engine has relaxed SIMD, fused multiply-add among it. */
export const hasRelaxedSimd = (): boolean => WebAssembly.validate(Uint8Array.from(madd))

export const processors = (): number =>
  builtin('node:os')?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1

/** Bytes of addresses that this process may still take; undefined where the system sets no limit, or does not tell. */
export function addressesLeft(): number | undefined {
  try {
    const read = (name: string) => builtin('node:fs')!.readFileSync(`/proc/self/${name}`, 'utf8')
    const [, limit] = /^Max address space +(\d+)/m.exec(read('limits'))!
    const [, taken] = /^VmSize:\s+(\d+) kB/m.exec(read('status'))!
    return Number(limit) - 1024 * Number(taken)
  } catch {
    return undefined
  }
}

/** Reads a file of the package. Throws HILLOCK_PLUGIN if it is not there, HILLOCK_UNSUPPORTED if it may not be fetched. */
export async function loadBytes(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const files = builtin('node:fs')
  if (files !== undefined && url.protocol === 'file:') return new Uint8Array(files.readFileSync(url))
  const response = await fetch(url).catch((cause: Error) => {
    const hint = "see that it is served, and let the page's content security policy allow it: connect-src 'self'"
    throw new HillockError('HILLOCK_UNSUPPORTED', `${url} cannot be fetched: ${cause.message}`, { hint, cause })
  })
  if (response.ok) return new Uint8Array(await response.arrayBuffer())
  const hint = 'serve the folder wasm beside the code'
  throw new HillockError('HILLOCK_PLUGIN', `${url} was answered with ${response.status}`, { hint })
}

/** Gives events their turn, without the pause that timers make. */
export function breathe(): Promise<void> {
  const timers = builtin('node:timers')
  if (timers !== undefined) return new Promise((resolve) => timers.setImmediate(resolve))
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
