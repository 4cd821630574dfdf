import { writeFile } from 'node:fs/promises'
import { observeExample } from '@hillock/analysis'
import { wasm } from '@hillock/backend-wasm'
import {
  adam,
  createSession,
  dense,
  leakyIntegrator,
  lif,
  meanSquaredError,
  recurrent,
  rows,
  sequential,
} from '@hillock/core'
import { patternGeneration } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { toSvg } from '@hillock/plot'

const epochs = Number(process.argv[2] ?? 200)

// spikes of a clock come in; three curves are to come out
const { train, steps, inputs, outputs } = patternGeneration({ steps: 200, rate: 0.2 })
const session = createSession({
  network: sequential(inputs, [
    dense(100, { weight: 'heNormal' }),
    recurrent(lif({ beta: 0.95 })),
    dense(outputs),
    leakyIntegrator({ beta: 0.9 }),
  ]),
  encoder: rows(),
  loss: meanSquaredError({ on: 'v' }), // at every step
  learner: bptt({ optimizer: adam({ learningRate: 1e-2 }) }),
  steps,
  backend: await wasm({ threads: 1 }),
})
for await (const { epoch, trainLoss } of session.train({ train }, { epochs })) {
  if (epoch % 50 === 0 || epoch === epochs) console.log(`epoch ${epoch}: mean squared error ${trainLoss.toFixed(3)}`)
}

// a figure of your own is a Vega-Lite specification
const { layers } = await observeExample(session, train, steps)
const points = (values, curve) =>
  Array.from({ length: steps }, (_, t) =>
    [0, 1, 2].map((o) => ({ t, curve, output: o, value: values[outputs * t + o] })),
  ).flat()
const picture = {
  background: 'white',
  title: 'Three curves, drawn by the membranes of three outputs',
  data: { values: [...points(train.targets, 'target'), ...points(layers.at(-1).kept.v.values, 'output')] },
  mark: { type: 'line', strokeWidth: 1.5 },
  width: 600,
  height: 90,
  encoding: {
    row: { field: 'output', title: null, header: { labels: false } },
    x: { field: 't', type: 'quantitative', title: 'time step' },
    y: { field: 'value', type: 'quantitative', title: null },
    color: { field: 'curve', title: null },
  },
}
await writeFile('regression.svg', await toSvg(picture))
await session.dispose()
