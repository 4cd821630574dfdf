import { writeFile } from 'node:fs/promises'
import { adam, createSession, crossEntropy, dense, poisson, sequential } from '@hillock/core'
import { kernels } from '@hillock/core/backend'
import { activityOf, forward, outputError, overTime, update } from '@hillock/core/learner'
import { weightNames } from '@hillock/core/network'
import { glyphs, subset } from '@hillock/datasets'
import { escapeLif } from '@hillock/learner-reward'
import { curves, toSvg } from '@hillock/plot'

const epochs = Number(process.argv[2] ?? 10)
const program = (name, inputs, equations, outputs, state = {}) =>
  kernels({ name, inputs, equations, outputs, state, params: [], record: [] })

// factor 1, at the synapse: what came in leaves a trace
const trace = program('trace', ['spike'], 'x = 0.9 * x + spike', ['x'], { x: 0 })
// factor 2, of the neuron: whether it fired, less how likely that was. Factor 3: the reward. The optimizer
// takes what is to go down, hence the minus
const credit = program('credit', ['spike', 'p', 'reward'], 'change = -reward * (spike - p)', ['change'])

const optimizer = adam({ learningRate: 1e-3 })
const threeFactor = {
  name: 'three-factor',
  async step(runtime, batch) {
    const passes = forward(runtime, batch, { training: true, keep: () => ['p'] })
    const [{ layer, input, spikes, kept }] = passes // the network below has one layer
    const { loss, correct, predictions } = await outputError(runtime, passes[0], batch.labels)

    // 1 for the right digit, 0 for another, less what is usual; the same for all neurons of an example
    const gain = Array.from(predictions, (found, b) => (found === batch.labels[b] ? 1 : 0) - correct / batch.size)
    const reward = runtime.temporary([1, batch.size, layer.size])
    runtime.backend.write(
      reward,
      gain.flatMap((one) => new Array(layer.size).fill(one)),
    )

    const before = overTime(runtime, trace, batch.steps, { spike: input })
    const after = overTime(runtime, credit, batch.steps, { spike: spikes, p: kept.p, reward })
    const change = runtime.temporary([layer.inputs, layer.size])
    runtime.backend.matmul(before, after, change, { transposeA: true }) // summed over time and examples
    const layers = [{ layer, gradients: new Map([[weightNames(layer, 'input').weight, change]]) }]
    await update(runtime, optimizer, layers, batch.progress)
    return { loss, correct, activity: activityOf(runtime, passes) }
  },
}

const session = createSession({
  network: sequential(784, [dense(3, { bias: false }), escapeLif({ width: 1 })]),
  encoder: poisson({ probability: 0.5 }),
  loss: crossEntropy(), // is reported, and not learnt from
  learner: threeFactor,
  steps: 10,
})
const digits = glyphs({ train: 1000, test: 300 })
const three = (all) => ({
  ...subset(
    all,
    [...all.labels.keys()].filter((i) => all.labels[i] < 3),
  ),
  classes: 3,
})
const data = { train: three(digits.train), test: three(digits.test) } // zeros, ones and twos
const reports = []
for await (const report of session.train(data, { epochs, batchSize: 16 })) {
  reports.push(report)
  console.log(`epoch ${report.epoch}: test accuracy ${report.testAccuracy.toFixed(2)}`)
}
await writeFile('own-learner.svg', await toSvg(curves({ title: 'Learning by reward', epochs: reports })))
await session.dispose()
