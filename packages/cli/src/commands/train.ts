import { join } from 'node:path'
import { createSession, type EpochReport, type Session } from '@hillock/core'
import { type Dataset, shifts, summary, take } from '@hillock/datasets'
import { breathing } from '../breathing.ts'
import { buildEncoder, buildLoss, buildNetwork } from '../build.ts'
import { type Choice, chooseRecipe } from '../choose.ts'
import { loadDataset } from '../data.ts'
import { buildLearner, defaultBackend, makeBackend, threadsOf } from '../equip.ts'
import { makeFolder, writeWhole } from '../files.ts'
import { onInterrupt } from '../interrupt.ts'
import { saveModel } from '../model.ts'
import { forPeople } from '../people.ts'
import { version } from '../plugins.ts'
import { forPrograms } from '../programs.ts'
import { rasterSvg } from '../raster.ts'
import type { Recipe } from '../recipe.ts'

export interface TrainCommand extends Choice {
  readonly data?: string
  readonly backend?: string
  readonly threads?: number
  readonly seed: number
  readonly out?: string
  readonly json?: boolean
}

/** Trains a recipe, tells how it goes, and writes the model, a report and a raster of spikes where `out` says. */
export async function train(options: TrainCommand): Promise<void> {
  const { seed, out } = options
  const output = options.json ? forPrograms() : forPeople()
  const recipe = await chooseRecipe(options)
  const learner = await buildLearner(recipe.learner)
  const [encoder, loss] = [buildEncoder(recipe), buildLoss(recipe)]
  if (out !== undefined) await makeFolder(out)
  const chosen = options.backend ?? defaultBackend(recipe)
  const backend = breathing(await makeBackend(chosen, options.threads))
  output.status(`getting ${recipe.dataset.name} ...`)
  const dataset = await loadDataset(recipe.dataset, {
    data: options.data,
    seed,
    progress: (file, part) => output.status(`downloading ${file}: ${Math.round(100 * part)} %`),
  }).catch(async (error: unknown) => {
    await backend.dispose()
    throw error
  })
  const network = buildNetwork(recipe, dataset.train.features)
  const session = createSession({ network, learner, encoder, loss, steps: recipe.steps, backend, seed })
  const interrupt = onInterrupt(output.note)
  const began = performance.now()
  const names = { recipe: recipe.name, learner: recipe.learner.name, backend: chosen }
  try {
    const threads = threadsOf(backend)
    const about = { recipe, network, data: summary(dataset), binaryInput: encoder.binary }
    output.start({ ...names, threads, seed, parameters: network.parameters }, about)
    const reports: EpochReport[] = []
    const { epochs, batchSize, dropLast = false } = recipe
    const { signal } = interrupt
    const { shift } = recipe.dataset
    const augment = shift === undefined ? undefined : shifts({ pixels: shift, shape: dataset.shape, seed })
    const training = { epochs, batchSize, dropLast, augment, signal, onBatch: output.batch }
    for await (const report of session.train(dataset, training)) {
      reports.push(report)
      const { warnings, ...event } = report
      output.epoch(event, epochs)
      for (const warning of warnings) output.warning(warning)
    }
    const last = reports.at(-1)
    const result = {
      ...names,
      testAccuracy: last?.testAccuracy,
      epochs: reports.length,
      seconds: (performance.now() - began) / 1000,
      stopped: signal.aborted,
    }
    const written =
      out === undefined ? {} : await write(out, { session, dataset, recipe, seed, threads, reports, result })
    output.result({ ...result, ...written }, last)
  } finally {
    interrupt.stop()
    await session.dispose()
  }
}

interface Run {
  readonly session: Session
  readonly dataset: Dataset
  readonly recipe: Recipe
  readonly seed: number
  readonly threads: number
  readonly reports: readonly EpochReport[]
  readonly result: object
}

async function write(out: string, run: Run): Promise<{ model: string; report: string; raster: string }> {
  const { session, dataset, recipe, seed, threads, reports, result } = run
  const paths = {
    model: join(out, 'model.safetensors'),
    report: join(out, 'report.json'),
    raster: join(out, 'spikes.svg'),
  }
  const about = { recipe, seed, epochs: reports.length }
  await saveModel(paths.model, session.network, await session.snapshot(), about)
  await writeWhole(paths.raster, await drawSpikes(session, dataset, recipe))
  const versions = { hillock: version(), node: process.version }
  await writeWhole(
    paths.report,
    `${JSON.stringify({ result, seed, threads, versions, recipe, epochs: reports }, null, 2)}\n`,
  )
  return paths
}

/** What input and layers give out for the first example of the test set. */
async function drawSpikes(session: Session, dataset: Dataset, { name, steps }: Recipe): Promise<string> {
  const example = take(dataset.test, 1)
  const layers = await session.observe(example, async (passes, backend) => {
    const outputs = [
      { name: 'input', size: session.network.inputs, tensor: passes[0]!.input },
      ...passes.map(({ layer, spikes }) => ({ name: layer.name, size: layer.size, tensor: spikes })),
    ]
    return Promise.all(
      outputs.map(async ({ name, size, tensor }) => {
        const values = await backend.read(tensor)
        // a constant current is one row for all steps
        return { name, size, values: Float32Array.from({ length: steps * size }, (_, i) => values[i % values.length]!) }
      }),
    )
  })
  return rasterSvg({ title: `${name}: spikes for test example 0, a ${example.labels[0]}`, steps, layers })
}
