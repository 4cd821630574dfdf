import type * as fs from 'node:fs'
import type * as os from 'node:os'
import type * as threads from 'node:worker_threads'

interface Builtins {
  'node:fs': typeof fs
  'node:worker_threads': typeof threads
  'node:os': typeof os
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

export const processors = (): number =>
  builtin('node:os')?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1

export async function loadBytes(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const files = builtin('node:fs')
  if (files !== undefined && url.protocol === 'file:') return new Uint8Array(files.readFileSync(url))
  return new Uint8Array(await (await fetch(url)).arrayBuffer())
}

/** A thread: a worker of Node or of the browser. */
export interface Thread {
  /** Why it ended, once it has. */
  readonly ended: () => string | undefined
  /** Sends what it is to start with and waits until it is ready. */
  start(message: unknown): Promise<void>
  end(): Promise<void>
}

export function startThread(): Thread {
  // Run from its TypeScript source, a worker is the built one: a thread of Node loads JavaScript.
  const url = new URL(import.meta.url.endsWith('.ts') ? '../dist/worker.js' : './worker.js', import.meta.url)
  let ended: string | undefined
  const workers = builtin('node:worker_threads')
  if (workers !== undefined) {
    const worker = new workers.Worker(url)
    worker.unref()
    worker.on('error', (error) => {
      ended = String(error)
    })
    worker.on('exit', (code) => {
      ended ??= `it ended with code ${code}`
    })
    return {
      ended: () => ended,
      start: (message) =>
        new Promise((resolve, reject) => {
          worker.ref()
          worker.once('message', () => {
            worker.unref()
            resolve()
          })
          worker.once('error', reject)
          worker.postMessage(message)
        }),
      end: async () => {
        await worker.terminate()
      },
    }
  }
  const worker = new Worker(url, { type: 'module' })
  worker.addEventListener('error', ({ message }) => {
    ended = message
  })
  return {
    ended: () => ended,
    start: (message) =>
      new Promise((resolve, reject) => {
        worker.addEventListener('message', () => resolve(), { once: true })
        worker.addEventListener('error', ({ message: reason }) => reject(new Error(reason)), { once: true })
        worker.postMessage(message)
      }),
    end: async () => worker.terminate(),
  }
}
