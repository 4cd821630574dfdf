import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  beginSweep,
  type Plan,
  type PlannedRun,
  planSearch,
  planSweep,
  rank,
  runFolder,
  runPlan,
  runSweep,
  type Start,
  type SweepEvent,
  settingsText,
  statusOf,
  sweptRuns,
} from '@hillock/sweeps'
import type { Cell } from './cells.ts'

/** What a cell came to. */
export interface CellResult {
  readonly task: string
  readonly learner: string
  /** What the learner says where it cannot learn the task; there is nothing else then. */
  readonly refusal?: string
  readonly trials?: number
  /** The settings that were best by validation, and their validation accuracy. */
  readonly chosen?: Readonly<Record<string, unknown>>
  readonly validationAccuracy?: number
  /** Of the settings chosen: one for each seed. */
  readonly test?: readonly TestedRun[]
}

export interface TestedRun {
  readonly seed: number
  readonly testAccuracy: number
  /** Of the whole process: start, data, training, tests. */
  readonly cpuSeconds: number
  /** In the last epoch of training: operations for an example, spikes for a neuron and step, of the input and each layer. */
  readonly synapticOperations: number
  readonly density: readonly number[]
}

export interface CellOptions {
  /** Holds the two sweeps of the cell: `search` and `test`. */
  readonly folder: string
  readonly trials: number
  /** Of the search. */
  readonly seed: number
  /** Of the test, others than that of the search. */
  readonly seeds: readonly number[]
}

/**
 * Searches by validation, in runs that never see the test set; then trains the best settings with other seeds, and tests these once. Resumes what the
 * folder holds. Throws where a run of the test fails, and what `runSweep` throws.
 */
export async function runCell({ task, learner, recipe, ranges }: Cell, options: CellOptions): Promise<CellResult> {
  const { folder, trials, seed, seeds } = options
  const searched = join(folder, 'search')
  const plan = await beginSweep(searched, planSearch({ recipe, ranges, trials, seeds: [seed], version }))
  const look = { out: searched, start, onEvent, args: argsOf('never') }
  await runSweep(plan, { ...look, mine: (index) => index === 0 })
  const [first] = await statusOf(searched, plan)
  const refusal = refusalIn(first?.error)
  if (refusal !== undefined) return { task, learner, refusal }
  const { runs } = await runPlan(plan, look)
  const [best] = rank(await statusOf(searched, { ...plan, runs }))
  const { settings: chosen, validationAccuracy } = best!
  const values = Object.entries(chosen).map(([name, value]) => ({ name, values: [value] }))
  const final = planSweep({ recipe, settings: sweptRuns(recipe, values), seeds, version })
  const tested = join(folder, 'test')
  await beginSweep(tested, final)
  await runSweep(final, { out: tested, start, onEvent, args: argsOf('last') })
  return { task, learner, trials, chosen, validationAccuracy, test: await testedRuns(tested, final) }
}

/** What an error says of a network that a learner does not learn, and what would work. */
const refusalIn = (error = ''): string | undefined =>
  /HILLOCK_(?:UNSUPPORTED|OPTION): (.+\n?.*)/.exec(error)?.[1]?.replace('\n', '; ')

const argsOf = (test: 'never' | 'last') => ['--backend', 'wasm', '--threads', '1', '--metrics', '--test', test]

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Of the command line that trains. */
const { version } = JSON.parse(readFileSync(here('../../../packages/cli/package.json'), 'utf8')) as { version: string }

/** Starts the command line, and has its processor time kept in the folder of the run. */
const start: Start = (args) => {
  const folder = args[args.indexOf(args.includes('--resume') ? '--resume' : '--out') + 1]!
  const measured = ['--import', here('../../dist/learners/cpu-time.js'), here('../../../packages/cli/bin/hillock.js')]
  return spawn(process.execPath, [...measured, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, HILLOCK_CPU_TIME: join(folder, 'cpu-time'), HILLOCK_LOG: 'silent' },
  })
}

/** Tells people how a run ended. */
function onEvent(event: SweepEvent): void {
  if (event.event !== 'end') return
  const { run, state, validationAccuracy, error } = event
  const came = state === 'done' ? `validation ${validationAccuracy?.toFixed(4)}` : `${state}: ${error}`
  process.stderr.write(`${run.recipe.name}, seed ${run.seed}, ${settingsText(run.settings)}: ${came}\n`)
}

async function testedRuns(out: string, plan: Plan): Promise<TestedRun[]> {
  const read = async (run: PlannedRun, file: string) => readFile(join(runFolder(out, run), file), 'utf8')
  return Promise.all(
    (await statusOf(out, plan)).map(async ({ run, state, testAccuracy, error }) => {
      if (state !== 'done') throw new Error(`a tested run of ${run.recipe.name} is ${state}: ${error}`)
      const { epochs } = JSON.parse(await read(run, 'report.json')) as { epochs: TestedRun[] }
      const { synapticOperations, density } = epochs.at(-1)!
      const cpuSeconds = (await read(run, 'cpu-time'))
        .trim()
        .split('\n')
        .map(Number)
        .reduce((sum, one) => sum + one, 0)
      return { seed: run.seed, testAccuracy: testAccuracy!, cpuSeconds, synapticOperations, density }
    }),
  )
}
