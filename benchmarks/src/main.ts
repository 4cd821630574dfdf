// npm run bench -- --suite ops,step,epoch,encode,kernels,growth,watching,memory,peers,convolutions,hebbian,eligibility,graded,recipes,accuracy,backends,n-mnist,event-density,structure,mackey-glass,learners --backends reference,wasm --threads 1,2
import { parseArgs } from 'node:util'
import { type Contender, comparedBackends, contenders, usualBackends } from './backends.ts'
import { cellsOf } from './learners/cells.ts'
import type { CellResult } from './learners/run-cell.ts'
import { networks } from './n-mnist/networks.ts'
import { type CompareOptions, compareSuite, peers } from './peers/compare.ts'
import type { RecipeRun } from './recipes/runs.ts'
import { circumstances, heldFigures, type Report, reportText, writeReport } from './results.ts'
import { structures } from './structures.ts'
import { accuracySuite } from './suites/accuracy.ts'
import { backendsSuite } from './suites/backends.ts'
import { convolutionSuite } from './suites/convolutions.ts'
import { eligibilitySuite } from './suites/eligibility.ts'
import { gradedSuite } from './suites/graded.ts'
import { growthSuite } from './suites/growth.ts'
import { hebbianSuite } from './suites/hebbian.ts'
import { kernelSuite } from './suites/kernels.ts'
import { learnersSuite } from './suites/learners.ts'
import { mackeyGlassSuite } from './suites/mackey-glass.ts'
import { memorySuite } from './suites/memory.ts'
import { eventDensitySuite, nMnistSuite } from './suites/n-mnist.ts'
import { opsSuite } from './suites/ops.ts'
import { recipesSuite } from './suites/recipes.ts'
import { encodeSuite, epochSuite, stepSuite } from './suites/steps.ts'
import { watchingSuite } from './suites/watching.ts'
import { type Workload, workloads } from './workloads.ts'

type Suite = (workloads: readonly Workload[], on: readonly Contender[]) => Promise<Report>

const suites: Readonly<Record<string, Suite>> = {
  ops: (_, on) => opsSuite(on),
  step: stepSuite,
  epoch: epochSuite,
  encode: (_, on) => encodeSuite(on),
  kernels: kernelSuite,
  growth: () => growthSuite(threads[0]!),
  eligibility: (_, on) => eligibilitySuite(on, threads, Number(values.rounds)),
  graded: (_, on) => gradedSuite(on, Number(values.rounds)),
  watching: (loads, on) => watchingSuite(loads, on, Number(values.rounds)),
  memory: () => memorySuite(threads[0]!),
  hebbian: (_, on) => hebbianSuite(on, Number(values.rounds)),
  backends: () =>
    backendsSuite({
      recipes: values.recipes.split(','),
      learners: values.learners.split(','),
      on: contenders(values.backends?.split(',') ?? comparedBackends, threads),
    }),
  structure: () =>
    compared({
      name: 'structure',
      title: 'Convolutions and recurrence',
      parts: ['whole'],
      workloads: given ?? structures,
    }),
  convolutions: () =>
    convolutionSuite({
      on: contenders(values.backends?.split(',') ?? ['wasm', 'wasm-fma'], [threads[0]!]),
      threads: threads[0]!,
      rounds: Number(values.rounds),
    }),
  'mackey-glass': () => {
    const [echoState, spiking = echoState] = values.starts.split(',').map(Number)
    return mackeyGlassSuite({ starts: [echoState!, spiking!] })
  },
  learners: () =>
    learnersSuite({
      cells: cellsOf(values.cells?.split(',') ?? []),
      folder: values.sweeps,
      trials: 20,
      seed: 0,
      seeds: [1, 2, 3],
      held: values.out === undefined ? [] : (heldFigures<{ cells: CellResult[] }>(values.out, 'learners')?.cells ?? []),
      save,
    }),
  'n-mnist': () =>
    nMnistSuite({
      made: values.networks.split(',').map((name) => [name, chosen('network', networks, name)] as const),
      seeds: values.seeds.split(',').map(Number),
      epochs: Number(values.epochs),
      on: contenders(['wasm'], threads)[0]!,
    }),
  'event-density': () => eventDensitySuite(contenders(['wasm'], threads)[0]!, Number(values.rounds)),
  recipes: () =>
    recipesSuite({
      recipes: values.recipes.split(','),
      seeds: values.seeds.split(',').map(Number),
      on: on[0]!,
      held: values.out === undefined ? [] : (heldFigures<{ runs: RecipeRun[] }>(values.out, 'recipes')?.runs ?? []),
      save,
    }),
  accuracy: () => accuracySuite(Math.max(...threads), values.full),
  peers: (loads) =>
    compared({
      name: 'peers',
      title: 'Beside other libraries',
      parts: ['whole', 'train', 'encode'],
      workloads: loads,
    }),
}

const compared = (what: Pick<CompareOptions, 'name' | 'title' | 'parts' | 'workloads'>): Promise<Report> =>
  compareSuite({
    ...what,
    on: (count) => contenders(values.backends?.split(',') ?? ['wasm'], [count]),
    peers: values.peers.split(','),
    threads,
    rounds: Number(values.rounds),
  })

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'step' },
    backends: { type: 'string' },
    threads: { type: 'string', default: '1,2' },
    workloads: { type: 'string' },
    peers: { type: 'string', default: Object.keys(peers).join() },
    full: { type: 'boolean', default: false },
    recipes: { type: 'string', default: 'demo' },
    learners: { type: 'string', default: 'own,bptt,eligibility,random-bp' },
    seeds: { type: 'string', default: '0,1,2' },
    networks: { type: 'string', default: Object.keys(networks).join() },
    epochs: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '25' },
    starts: { type: 'string', default: '30' },
    cells: { type: 'string' },
    sweeps: { type: 'string', default: 'sweeps/learners' },
    out: { type: 'string' },
  },
})

function save(report: Report): void {
  if (values.out !== undefined) writeReport(values.out, report, circumstances())
}

/** A thing of a list by its name. Where it is not found, says what there is and exits. */
function chosen<T>(what: string, all: Readonly<Record<string, T>>, name: string): T {
  if (Object.hasOwn(all, name)) return all[name]!
  process.stderr.write(`no ${what} '${name}': there are ${Object.keys(all).join(', ')}\n`)
  process.exit(2)
}

const byName = Object.fromEntries([...workloads, ...structures].map((workload) => [workload.name, workload]))
// the grid of learners takes hours
const all = Object.keys(suites).filter((name) => name !== 'learners')
const run = (values.suite === 'all' ? all : values.suite.split(',')).map((name) => chosen('suite', suites, name))
const given = values.workloads?.split(',').map((name) => chosen('workload', byName, name))
const threads = values.threads.split(',').map(Number)
const on = contenders(values.backends?.split(',') ?? usualBackends, threads)
for (const suite of run) {
  const around = circumstances()
  const report = await suite(given ?? workloads, on)
  if (values.out !== undefined) writeReport(values.out, report, around)
  process.stdout.write(`${reportText(report, around)}\n`)
}
