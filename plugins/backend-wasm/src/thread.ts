import { builtin } from './platform.ts'

/** A thread: a worker of Node or of the browser. */
export interface Thread {
  /** Why it ended, once it has. */
  readonly ended: () => string | undefined
  /** Sends what it is to start with and waits until it is ready. */
  start(message: unknown): Promise<void>
  end(): Promise<void>
}

export const startThread = (): Thread => threadOfNode() ?? threadOfBrowser()

function threadOfNode(): Thread | undefined {
  const workers = builtin('node:worker_threads')
  if (workers === undefined) return undefined
  // Run from its TypeScript source, a worker is the built one: a thread of Node loads JavaScript.
  const path = import.meta.url.endsWith('.ts') ? '../dist/worker.js' : './worker.js'
  // The flags of the process are not for it: with --input-type, for one, no file can be run.
  const worker = new workers.Worker(new URL(path, import.meta.url), { execArgv: [] })
  worker.unref()
  let ended: string | undefined
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
        worker.once('exit', () => reject(new Error(ended)))
        worker.postMessage(message)
      }),
    end: async () => {
      await worker.terminate()
    },
  }
}

function threadOfBrowser(): Thread {
  // Written so that bundlers find the file.
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  let ended: string | undefined
  worker.addEventListener('error', ({ message }) => {
    ended = message || 'it does not load'
  })
  return {
    ended: () => ended,
    start: (message) =>
      new Promise((resolve, reject) => {
        worker.addEventListener('message', () => resolve(), { once: true })
        worker.addEventListener('error', () => reject(new Error(ended)), { once: true })
        worker.postMessage(message)
      }),
    end: async () => worker.terminate(),
  }
}
