import { gradientOf, type LayerPass, type Runtime, recurrentGradient, type Tensor } from '@hillock/core/learner'
import type { Source } from '@hillock/core/network'
import type { StdpOptions } from './options.ts'
import { program, runOnce, runOverTime } from './programs.ts'
import { postsynaptic, trace } from './traces.ts'

/** Changes weights by the pairs of spikes before and behind their synapses. Returns those weights. */
export function pairSpikes(runtime: Runtime, passes: readonly LayerPass[], options: StdpOptions): Tensor[] {
  const { potentiation = 0.01, depression = 0.01 } = options
  const [low, high] = options.bounds ?? [0, 1]
  return runtime.timed('update', () => {
    /** What pairs add up to, by the names of the weights. */
    const [ups, downs] = [new Map<string, Tensor>(), new Map<string, Tensor>()]
    for (const pass of passes) pairLayer(runtime, pass, options, ups, downs)
    const change = options.soft ? soft : hard
    const sites = options.average ? sitesOf(passes) : new Map<string, number>()
    return [...ups].map(([name, up]) => {
      const weight = runtime.tensor(name, up.shape)
      const count = sites.get(name) ?? 1
      const params = { potentiation: potentiation / count, depression: depression / count, low, high }
      runOnce(runtime, change, params, { up, down: downs.get(name)! }, { weight })
      return weight
    })
  })
}

/** How many pairs of sites share a weight, in the mean, by the names of the weights. */
function sitesOf(passes: readonly LayerPass[]): ReadonlyMap<string, number> {
  const sites = new Map<string, number>()
  for (const { weight, link } of passes.flatMap(({ layer }) => layer.sources.flatMap(({ parts }) => parts))) {
    if (weight === undefined) continue
    const { site, slots } = link.wiring ?? { site: [0], slots: 1 }
    sites.set(weight, (sites.get(weight) ?? 0) + site.length / slots)
  }
  return sites
}

function pairLayer(
  runtime: Runtime,
  { layer, batch, fed, spikes }: LayerPass,
  { preDecay = 0.95, postDecay = 0.95 }: StdpOptions,
  ups: Map<string, Tensor>,
  downs: Map<string, Tensor>,
): void {
  const { backend } = runtime
  const { size } = layer
  const over = { steps: batch.steps, batch: batch.size }
  const traceOf = (spike: Tensor) =>
    runOverTime(runtime, trace, { decay: preDecay }, { ...over, size: spike.shape[2]! }, { spike }).after!
  const post = runOverTime(runtime, postsynaptic, { decay: postDecay }, { ...over, size }, { spike: spikes })
  const [now, before] = [post.now!, post.before!]
  for (const { source, values } of fed) {
    const at = source.parts.findIndex(({ weight }) => weight !== undefined)
    if (at < 0) continue
    const own: Source = { ...source, parts: [{ ...source.parts[at]!, bias: undefined }] }
    const add = (pre: Tensor, delta: Tensor, sums: Map<string, Tensor>) =>
      gradientOf(runtime, { source: own, values: [pre, delta], activeMask: undefined }, delta, sums)
    add(traceOf(values[at]!), now, ups)
    add(values[at]!, before, downs)
  }
  const later = batch.steps - 1
  if (later === 0) return
  const taken = (tensor: Tensor, from: number) => {
    const part = runtime.temporary([later, batch.size, size], tensor.kind)
    backend.slice(tensor, from, part)
    return part
  }
  for (const matrix of layer.neuron.definition.matrices ?? []) {
    const add = (pre: Tensor, delta: Tensor, sums: Map<string, Tensor>) =>
      recurrentGradient(runtime, layer, matrix, taken(pre, 0), taken(delta, 1), sums)
    add(traceOf(spikes), now, ups)
    add(spikes, before, downs)
  }
}

/** Changes stop at the bounds. */
const hard = program({
  name: 'stdp',
  inputs: ['up', 'down'],
  params: ['potentiation', 'depression', 'low', 'high'],
  state: { weight: 0 },
  equations: 'weight = clip(weight + potentiation * up - depression * down, low, high)',
})

/** Van Rossum, Bi and Turrigiano 2000, for both signs: the nearer the bound, the smaller the change. */
const soft = program({
  name: 'soft stdp',
  inputs: ['up', 'down'],
  params: ['potentiation', 'depression', 'low', 'high'],
  state: { weight: 0 },
  equations: `
  change = potentiation * up * (high - weight) - depression * down * (weight - low)
  weight = clip(weight + change, low, high)`,
})
