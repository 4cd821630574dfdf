import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A recipe for sweeps: a run takes a second. */
export const smallSweep = {
  extends: 'demo',
  dataset: { name: 'glyphs', train: 200, test: 10, validation: 0.2 },
  steps: 6,
  network: [{ dense: 12 }, { neuron: 'lif' }, { dense: 10 }, { neuron: 'lif' }],
  epochs: 4,
  batchSize: 4,
}

/** The models of a sweep's runs, in base64, by the runs' ids. */
export async function modelsIn(folder: string): Promise<(readonly [id: string, model: string])[]> {
  const runs = join(folder, 'runs')
  const ids = (await readdir(runs)).sort()
  return Promise.all(
    ids.map(async (id) => [id, await readFile(join(runs, id, 'model.safetensors'), 'base64')] as const),
  )
}
