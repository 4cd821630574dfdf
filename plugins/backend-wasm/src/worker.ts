import { serve } from './executor.ts'
import { builtin } from './platform.ts'

/** What the first thread sends a new one. */
export interface Start {
  readonly memory: WebAssembly.Memory
  readonly modules: readonly WebAssembly.Module[]
  readonly thread: number
  readonly threads: number
}

const begin = ({ memory, modules, thread, threads }: Start): void => serve(memory, modules, thread, threads)

const workers = builtin('node:worker_threads')
if (workers?.parentPort) {
  const port = workers.parentPort
  port.once('message', (start: Start) => {
    port.postMessage('ready')
    begin(start)
    port.close()
  })
} else {
  self.onmessage = ({ data }: MessageEvent<Start>) => {
    self.postMessage('ready')
    begin(data)
    self.close()
  }
}
