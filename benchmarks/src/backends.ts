import { cuda } from '@hillock/backend-cuda'
import { tfjs } from '@hillock/backend-tfjs'
import { wasm } from '@hillock/backend-wasm'
import { webgpu } from '@hillock/backend-webgpu'
import { type Backend, reference } from '@hillock/core'

/** A backend to measure: its name, and how to make it. */
export interface Contender {
  readonly backend: string
  readonly threads: number
  readonly make: () => Promise<Backend>
}

/** All that can be measured: to add one is to add a line, and its package to package.json. */
const makers: Readonly<Record<string, (threads: number) => Promise<Backend>>> = {
  reference: async () => reference(),
  wasm: (threads) => wasm({ threads }),
  'wasm-fma': (threads) => wasm({ threads, fma: true }),
  webgpu: () => webgpu(),
  cuda: () => cuda(),
  'tfjs:cpu': () => tfjs({ backend: 'cpu' }),
  'tfjs:wasm': () => tfjs({ backend: 'wasm' }),
  'tfjs:node': () => tfjs({ backend: 'node' }),
}

const backendNames = Object.keys(makers)
/** Those that are compared with each other. */
export const comparedBackends = ['reference', 'wasm', 'webgpu', 'cuda', 'tfjs:wasm', 'tfjs:node']
/** Those that every engine has. */
export const usualBackends = ['reference', 'wasm']

/** Whether a backend takes a number of threads. */
const hasThreads = (backend: string) => backend.startsWith('wasm')

/** Each backend with each number of threads; those that have one thread only, once. */
export function contenders(names: readonly string[], threads: readonly number[]): Contender[] {
  return names.flatMap((backend) => {
    const make = makers[backend]
    if (make === undefined) throw new Error(`no backend '${backend}': there are ${backendNames.join(', ')}`)
    const counts = hasThreads(backend) ? threads : [1]
    return counts.map((count) => ({ backend, threads: count, make: () => make(count) }))
  })
}

export const label = ({ backend, threads }: Contender): string =>
  hasThreads(backend) ? `${backend}, ${threads} thread${threads === 1 ? '' : 's'}` : backend
