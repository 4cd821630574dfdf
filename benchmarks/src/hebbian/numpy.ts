import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../peers/child.ts'
import { readFloats } from '../peers/exchange.ts'
import type { Times } from '../peers/side.ts'
import { type Side, type Start, weightNames, workload } from './workload.ts'

const script = fileURLToPath(new URL('../../peers/hebbian_side.py', import.meta.url))

/** The notebook's loop, in numpy. */
export async function numpySide({ snapshot, spikes, labels, teacher }: Start, folder: string): Promise<Side> {
  const { batch, steps, inputs } = workload
  const bySample = Uint8Array.from(spikes, (_, at) => {
    const [b, t, i] = [Math.floor(at / (steps * inputs)), Math.floor(at / inputs) % steps, at % inputs]
    return spikes[(t * batch + b) * inputs + i]!
  })
  const files = { 'spikes.u8': bySample, 'labels.u8': labels, 'teacher.u8': teacher }
  for (const [name, values] of Object.entries(files)) writeFileSync(join(folder, name), values)
  for (const name of weightNames)
    writeFileSync(join(folder, `${name}.f32`), Float32Array.from(snapshot.get(name)!.values))
  const { ask, end } = startChild('numpy', process.env.PEERS_PYTHON ?? 'python3', [script])
  const { version } = await ask({ do: 'start', folder, workload })
  return {
    runner: { name: String(version), run: async (count) => (await ask({ do: 'steps', count })) as unknown as Times },
    async outcome() {
      await ask({ do: 'check' })
      return {
        counts: weightNames.map((_, i) => {
          const counts = readFloats(folder, `layer${i + 1}.counts.f32`)
          return Float32Array.of(counts.reduce((sum, count) => sum + count, 0))
        }),
        weights: weightNames.map((name) => readFloats(folder, `${name}.after.f32`)),
      }
    },
    end,
  }
}
