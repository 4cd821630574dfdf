import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../peers/child.ts'
import { readFloats } from '../peers/exchange.ts'
import type { Times } from '../peers/side.ts'
import type { Side } from './hillock.ts'
import { type Start, workload } from './workload.ts'

const script = fileURLToPath(new URL('../../peers/eligibility_side.py', import.meta.url))

/** torch: a trace for each synapse and sample, as the notebook keeps it ('traces'), or what those come to as one product ('product'). */
export async function torchSide(
  { snapshot, spikes, labels }: Start,
  folder: string,
  way: 'traces' | 'product',
  threads: number,
): Promise<Side> {
  for (const [name, { values }] of snapshot) writeFileSync(join(folder, `${name}.f32`), Float32Array.from(values))
  writeFileSync(join(folder, 'input.f32'), spikes)
  writeFileSync(join(folder, 'labels.u8'), labels)
  const { ask, end } = startChild('torch', process.env.PEERS_PYTHON ?? 'python3', [script])
  const { version } = await ask({ do: 'start', folder, workload, way, threads })
  const name = way === 'traces' ? `${version}, a trace for each synapse` : `${version}, one product`
  const runner = (part: 'whole' | 'update') => ({
    name,
    run: async (count: number) => (await ask({ do: 'steps', count, part })) as unknown as Times,
  })
  return {
    whole: runner('whole'),
    update: runner('update'),
    async check() {
      await ask({ do: 'check' })
      const layers = ['layer1', 'layer2']
      return {
        spikes: layers.map((layer) => Uint8Array.from(readFileSync(join(folder, `${layer}.spikes.u8`)))),
        gradients: Object.fromEntries(
          layers.map((layer) => [`${layer}.weight`, readFloats(folder, `${layer}.weight.gradient.f32`)]),
        ),
      }
    },
    end,
  }
}
