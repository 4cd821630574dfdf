import { createExecutor, serve } from './executor.ts'
import { builtin } from './platform.ts'
import type { Answer } from './thread.ts'

/** What the first thread sends a new one. */
export interface Start {
  readonly memory: WebAssembly.Memory
  readonly modules: readonly WebAssembly.Module[]
  readonly thread: number
  readonly threads: number
  /** In a browser, what the thread holds as long as it lives. */
  readonly lock?: string
}

function begin({ memory, modules, thread, threads }: Start, answer: (answer: Answer) => void): void {
  const tell = (why: unknown) => answer({ failed: String(why) })
  try {
    const executor = createExecutor(memory, modules, thread, threads)
    answer('ready')
    serve(memory, executor, tell)
  } catch (error) {
    tell(error)
  }
}

const workers = builtin('node:worker_threads')
if (workers?.parentPort) {
  const port = workers.parentPort
  port.once('message', (start: Start) => {
    begin(start, (answer) => port.postMessage(answer))
    port.close()
  })
} else {
  self.onmessage = async ({ data }: MessageEvent<Start>) => {
    const run = () => begin(data, (answer) => self.postMessage(answer))
    await navigator.locks.request(data.lock!, run).catch(run)
    self.close()
  }
}
