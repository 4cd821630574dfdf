import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { conv2d } from '@hillock/core'
import { type Contender, label } from '../backends.ts'
import { startChild } from '../peers/child.ts'
import { createClock } from '../peers/clock.ts'
import { readFloats } from '../peers/exchange.ts'
import type { Times } from '../peers/side.ts'
import type { Runner } from '../peers/turns.ts'
import { type Convolution, type Operation, type Values, wantedOf } from './workload.ts'

export interface Side extends Runner {
  /** What the call gives. */
  found(): Promise<ArrayLike<number>>
  end(): Promise<unknown>
}

export async function hillockSide(
  contender: Contender,
  { side, inputs, channels, kernel, padding, steps, batch }: Convolution,
  { kind, density }: Operation,
  values: Values,
): Promise<Side> {
  const backend = await contender.make()
  const { wiring, weights } = conv2d(channels, kernel, { padding }).connect([side, side, inputs])
  const filled = (shape: readonly number[], given: Float32Array, of?: 'spikes') => {
    const tensor = backend.alloc(shape, of)
    backend.write(tensor, given)
    return tensor
  }
  const rows = [steps, batch]
  const x = filled([...rows, side * side * inputs], values.x, 'spikes')
  const [w, gradient] = [filled(weights, values.w), backend.alloc(weights)]
  const delta = filled([...rows, values.delta.length / steps / batch], values.delta)
  const [out, below] = [backend.alloc(delta.shape), backend.alloc(x.shape)]
  const wanted = wantedOf({ kind, density }, values)
  const mask = wanted && { activeMask: filled(x.shape, wanted, 'spikes') }
  const calls = {
    forward: () => backend.matmul(x, w, out, { wiring: wiring! }),
    gradient: () => backend.matmul(x, delta, gradient, { wiring: wiring!, transposeA: true }),
    adjoint: () => backend.matmul(delta, w, below, { wiring: wiring!, transposeB: true, ...mask }),
  }
  const tiny = backend.alloc([1])
  return {
    name: label(contender),
    async run(count) {
      const clock = createClock()
      for (let i = 0; i < count; i++) {
        clock.start()
        calls[kind]()
        await backend.read(tiny)
        clock.stop()
      }
      return clock
    },
    found() {
      calls[kind]()
      return backend.read({ forward: out, gradient, adjoint: below }[kind])
    },
    end: () => backend.dispose(),
  }
}

const script = fileURLToPath(new URL('../../peers/convolution_side.py', import.meta.url))

export async function torchSide(
  threads: number,
  convolution: Convolution,
  { kind: operation }: Operation,
  { x, w, delta }: Values,
  folder: string,
): Promise<Side> {
  for (const [name, values] of Object.entries({ x, w, delta })) writeFileSync(join(folder, `${name}.f32`), values)
  const { ask, end } = startChild('torch', process.env.PEERS_PYTHON ?? 'python3', [script])
  await ask({ do: 'start', folder, threads, ...convolution })
  return {
    name: 'torch',
    run: async (count) => (await ask({ do: 'steps', operation, count })) as unknown as Times,
    async found() {
      await ask({ do: 'check', operation })
      return readFloats(folder, 'found.f32')
    },
    end,
  }
}
