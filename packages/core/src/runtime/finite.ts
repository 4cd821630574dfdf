import type { Tensor } from '../backend.ts'
import { alarmName } from '../equations/alarm.ts'
import { HillockError } from '../errors.ts'
import type { RuntimeControl } from './contract.ts'
import { scanLayer, watchedKernel } from './forward.ts'
import type { LayerPass, Watched } from './pass.ts'

const lowerRate = 'lower the learning rate, or use a surrogate with a smaller slope'
const lookBack = 'start from an earlier snapshot, or check the equations and the parameters of the neurons'

/**
 * Finds out why a step went wrong, given those that were watched and are suspected, and the loss. Throws HILLOCK_NOT_FINITE, naming the
 * first layer with a current, a state or an output that is NaN or infinite; where all are finite, the first such weights. Returns if
 * sums of finite values had overflowed.
 */
export async function explain(
  runtime: RuntimeControl,
  suspects: readonly Watched[],
  loss: number,
  training: boolean,
): Promise<void> {
  const finite = Number.isFinite(loss)
  const fail = (reason: string): never => {
    const found = finite ? reason : `the loss is ${loss}: ${reason}`
    throw new HillockError('HILLOCK_NOT_FINITE', found, { hint: training ? lowerRate : lookBack })
  }
  const [first] = suspects
  if (first !== undefined && first.pass === undefined) fail(first.reason)
  for (const pass of new Set(runtime.watched.flatMap(({ pass }) => pass ?? []))) {
    const suspected = suspects.some((one) => one.pass === pass)
    const reason = (await broken(runtime, pass)) ?? (suspected ? await brokenWithin(runtime, pass) : undefined)
    if (reason !== undefined) fail(reason)
  }
  const name = await brokenTensor(runtime)
  if (name !== undefined) fail(`'${name}' is not finite`)
  if (!finite) fail('though all that the layers give is finite')
}

const allFinite = async ({ backend }: RuntimeControl, tensor: Tensor): Promise<boolean> =>
  (await backend.read(tensor)).every(Number.isFinite)

/** The name of the first tensor that lasts and is not finite. */
async function brokenTensor(runtime: RuntimeControl, wanted = (_: string) => true): Promise<string | undefined> {
  for (const [name, tensor] of runtime.lasting) if (wanted(name) && !(await allFinite(runtime, tensor))) return name
  return undefined
}

/** What of a pass is not finite, among what was kept of it. */
async function broken(runtime: RuntimeControl, pass: LayerPass): Promise<string | undefined> {
  const { layer, currents, kept, spikes } = pass
  for (const current of Object.values(currents)) {
    if (await allFinite(runtime, current)) continue
    const weights = await brokenTensor(runtime, (name) => name.startsWith(`${layer.name}.`))
    return `currents into ${layer.name} are not finite${weights === undefined ? '' : `, nor is '${weights}'`}`
  }
  const found = await brokenOutput(runtime, pass, kept)
  if (found !== undefined || (await allFinite(runtime, spikes))) return found
  return `what ${layer.name} (${layer.neuron.name}) gives is not finite`
}

/** What within the neurons is not finite: the scan is run again, and its states kept. */
async function brokenWithin(runtime: RuntimeControl, pass: LayerPass): Promise<string | undefined> {
  const { layer, batch } = pass
  const shape = [batch.steps, batch.size, layer.size]
  const names = [...Object.keys(layer.neuron.definition.state), alarmName]
  const outputs = Object.fromEntries(names.map((name) => [name, runtime.temporary(shape)]))
  scanLayer(runtime, watchedKernel(runtime, layer, batch), pass, outputs)
  return brokenOutput(runtime, pass, outputs)
}

/** The first of some outputs, [T, B, N] by name, that is not finite, and where. */
async function brokenOutput(
  { backend }: RuntimeControl,
  { layer, batch }: LayerPass,
  outputs: LayerPass['kept'],
): Promise<string | undefined> {
  for (const [name, tensor] of Object.entries(outputs)) {
    // An alarm that is added up may be infinite for finite values.
    const isBad = name === alarmName ? Number.isNaN : (value: number) => !Number.isFinite(value)
    const at = (await backend.read(tensor)).findIndex(isBad)
    if (at < 0) continue
    const [step, neuron] = [Math.floor(at / (batch.size * layer.size)), at % layer.size]
    const what = name === alarmName ? 'compares NaN' : `has a '${name}' that is not finite`
    return `${layer.name} (${layer.neuron.name}) ${what}, first neuron ${neuron} at step ${step}`
  }
  return undefined
}

/** Checks all that lasts by a sum of each. Throws HILLOCK_NOT_FINITE, naming the first that is not finite. */
export async function checkLasting(runtime: RuntimeControl): Promise<void> {
  const { backend, lasting } = runtime
  try {
    const totals = Array.from(lasting.values(), (tensor) => {
      const total = runtime.temporary([])
      backend.sum(tensor, total)
      return total
    })
    const sums = await Promise.all(totals.map((total) => backend.read(total)))
    if (!sums.every(([sum]) => Number.isFinite(sum))) await explain(runtime, [], 0, true)
  } finally {
    runtime.endStep()
  }
}
