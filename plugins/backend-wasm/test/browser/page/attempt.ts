import { wasm } from '@hillock/backend-wasm'
import { type Backend, reference } from '@hillock/core'
import { kernels } from '@hillock/core/backend'

export interface Attempt {
  readonly backend: 'reference' | 'wasm'
  readonly threads?: number
  /** When a thread is ended from without. */
  readonly end?: 'before work' | 'at work'
}

/** What the work gave, or the code and the message of the error that it ended with. */
export type Outcome = { readonly found: number } | { readonly code: string; readonly message: string }

const { forward } = kernels({
  name: 'sum',
  equations: 'v = v + input\nspike = v',
  inputs: ['input'],
  params: [],
  state: { v: 0 },
  outputs: ['spike'],
  record: [],
})

/** Sums up ones by a scan and a product, many times over. */
async function work(backend: Backend, busy: () => void): Promise<number> {
  const [steps, batch, size] = [50, 64, 256]
  const shape = [steps, batch, size]
  const [input, spike, weights, out] = [shape, shape, [size, size], shape].map((each) => backend.alloc(each))
  backend.write(input!, new Float32Array(steps * batch * size).fill(1))
  backend.write(weights!, new Float32Array(size * size).fill(1))
  const over = { steps, batch, size, inputs: { input: input! }, setup: {}, timeVarying: {}, initial: { v: 0 } }
  for (let i = 0; i < 10; i++) {
    backend.scan(forward, { ...over, outputs: { spike: spike! } })
    backend.matmul(spike!, weights!, out!)
  }
  const reading = backend.read(out!)
  busy()
  const [found] = await reading
  for (const tensor of [input!, spike!, weights!, out!]) backend.free(tensor)
  return found!
}

/** Makes a backend and works with it; where a thread is ended, until that shows: Chromium leaves it two seconds. */
export async function attempt({ backend: name, threads = 1, end }: Attempt): Promise<Outcome> {
  // What a debugger calls may do what a policy forbids; a task of its own may not.
  await new Promise((resolve) => setTimeout(resolve))
  const workers: Worker[] = []
  const Original = globalThis.Worker
  globalThis.Worker = class extends Original {
    constructor(...given: ConstructorParameters<typeof Original>) {
      super(...given)
      workers.push(this)
    }
  }
  const terminate = (when: Attempt['end']) => () => when === end && workers[0]?.terminate()
  try {
    const backend = name === 'wasm' ? await wasm({ threads }) : reference()
    terminate('before work')()
    let found = await work(backend, terminate('at work'))
    while (end !== undefined) found = await work(backend, () => {})
    await backend.dispose()
    return { found }
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    return { code, message }
  } finally {
    globalThis.Worker = Original
  }
}
