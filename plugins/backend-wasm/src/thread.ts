import { builtin } from './platform.ts'

/** A thread: a worker of Node or of the browser. */
export interface Thread {
  /** Why it cannot be used any more: it ended, or a command failed. */
  readonly failure: () => string | undefined
  /** Sends what it is to start with and waits until it is ready. */
  start(message: object): Promise<void>
  end(): Promise<void>
}

/** What a thread says when it has started, and when it fails. */
export type Answer = 'ready' | { readonly failed: string }

export const startThread = (): Thread => threadOfNode() ?? threadOfBrowser()

function threadOfNode(): Thread | undefined {
  const workers = builtin('node:worker_threads')
  if (workers === undefined) return undefined
  // Run from its TypeScript source, a worker is the built one: a thread of Node loads JavaScript.
  const path = import.meta.url.endsWith('.ts') ? '../dist/worker.js' : './worker.js'
  // The flags of the process are not for it: with --input-type, for one, no file can be run.
  const worker = new workers.Worker(new URL(path, import.meta.url), { execArgv: [] })
  worker.unref()
  const { failure, fail, listen, ready } = listening()
  worker.on('message', listen)
  worker.on('error', (error) => fail(String(error)))
  worker.on('exit', (code) => fail(`it ended with code ${code}`))
  return {
    failure,
    async start(message) {
      worker.ref()
      worker.postMessage(message)
      await ready
      worker.unref()
    },
    end: async () => {
      await worker.terminate()
    },
  }
}

function threadOfBrowser(): Thread {
  // Written so that bundlers find the file.
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  const { failure, fail, listen, ready } = listening()
  worker.addEventListener('message', ({ data }) => listen(data))
  worker.addEventListener('error', ({ message }) => fail(message || 'it does not load'))
  return {
    failure,
    async start(message) {
      // No event tells of a worker that was ended from without. A lock that it holds as long as it lives does.
      const lock = `hillock ${crypto.randomUUID()}`
      worker.postMessage({ ...message, lock })
      await ready
      // A page without an origin of its own has no locks.
      navigator.locks.request(lock, () => fail('it was ended')).catch(() => {})
    },
    end: async () => worker.terminate(),
  }
}

/** Hears what a thread says; the first failure counts. */
function listening() {
  let failed: string | undefined
  let settle: { readonly resolve: () => void; readonly reject: (error: Error) => void }
  const ready = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject }
  })
  const fail = (why: string): void => {
    failed ??= why
    settle.reject(new Error(failed))
  }
  // Whoever starts the thread gets the error; later it does not matter.
  ready.catch(() => {})
  const listen = (answer: Answer): void => (answer === 'ready' ? settle.resolve() : fail(answer.failed))
  return { failure: () => failed, fail, listen, ready }
}
