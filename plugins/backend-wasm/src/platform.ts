import type * as fs from 'node:fs'
import type * as os from 'node:os'
import type * as timers from 'node:timers'
import type * as threads from 'node:worker_threads'

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

export async function loadBytes(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const files = builtin('node:fs')
  if (files !== undefined && url.protocol === 'file:') return new Uint8Array(files.readFileSync(url))
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
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
