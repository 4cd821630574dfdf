import { readFile, writeFile } from 'node:fs/promises'
import { observeExample } from '@hillock/analysis'
import { adam, conv2d, createSession, crossEntropy, dense, lif, poisson, sequential, sumPool } from '@hillock/core'
import { glyphs, take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { readNir, writeNir } from '@hillock/nir'
import { raster, toSvg } from '@hillock/plot'

const count = Number(process.argv[2] ?? 500)
const steps = 10
const session = (network, snapshot) =>
  createSession({
    network,
    ...(snapshot && { snapshot }),
    encoder: poisson({ probability: 0.5 }),
    loss: crossEntropy(),
    learner: bptt({ optimizer: adam({ learningRate: 5e-3 }) }),
    steps,
  })

// trained here, written for snnTorch, Norse, Sinabs, SpikingJelly, Rockpool, Nengo and chips
const trained = session(sequential([28, 28, 1], [conv2d(4, 5, { stride: 2 }), lif(), sumPool(2), dense(10), lif()]))
const digits = glyphs({ train: count, test: 50 })
for await (const _ of trained.train(digits, { epochs: 3, batchSize: 8 }));
// NIR neurons live in continuous time: say how long a step is, and how it is taken
const time = { dt: 1e-3, timeUnit: 's', method: 'euler' }
const { bytes, options } = writeNir(trained.network, await trained.snapshot(), time)
await writeFile('net.nir', bytes)

// read as one would read a file of another simulator
const { network, snapshot, notes } = readNir(await readFile('net.nir'), options)
console.log(String(network))
for (const { node, field, text } of notes) console.log(node, field, text)
const read = session(network, snapshot)
const [before, after] = [await trained.evaluate(digits.test), await read.evaluate(digits.test)]
console.log(`accuracy ${before.accuracy}, and read back ${after.accuracy}`)

const example = take(digits.test, 1)
const outputs = []
for (const [name, one] of Object.entries({ trained, read })) {
  const { layers } = await observeExample(one, example, steps)
  outputs.push({ name, ...layers[0].output })
}
const picture = raster({ title: 'The first layer before it was written, and read back', steps, layers: outputs })
await writeFile('nir.svg', await toSvg(picture))
await trained.dispose()
await read.dispose()
