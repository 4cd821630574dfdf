import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../peers/child.ts'
import { readFloats } from '../peers/exchange.ts'
import type { Times } from '../peers/side.ts'
import type { Side } from './hillock.ts'
import { type Start, workload } from './workload.ts'

const script = fileURLToPath(new URL('../../peers/graded_side.py', import.meta.url))

/** torch as the notebook has it: a loop over time steps, and autograd. */
export async function torchSide(start: Start, folder: string, threads: number): Promise<Side> {
  const { snapshot, images, labels, input } = start
  for (const [name, { values }] of snapshot) writeFileSync(join(folder, `${name}.f32`), Float32Array.from(values))
  for (const [name, values] of Object.entries({ images, input })) writeFileSync(join(folder, `${name}.f32`), values)
  writeFileSync(join(folder, 'labels.u8'), labels)
  const { ask, end } = startChild('torch', process.env.PEERS_PYTHON ?? 'python3', [script])
  const { version } = await ask({ do: 'start', folder, workload, threads })
  return {
    runner: { name: String(version), run: async (count) => (await ask({ do: 'steps', count })) as unknown as Times },
    async check() {
      await ask({ do: 'check' })
      const layers = ['layer1', 'layer2']
      const outputs = layers.map((layer) => readFloats(folder, `${layer}.outputs.f32`))
      return {
        spikes: outputs.map((values) => Uint8Array.from(values, (value) => (value > 0 ? 1 : 0))),
        gradients: Object.fromEntries(
          [...snapshot.keys()].map((name) => [name, readFloats(folder, `${name}.gradient.f32`)]),
        ),
      }
    },
    end,
  }
}
