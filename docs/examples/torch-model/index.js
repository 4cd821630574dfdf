import { readFile, writeFile } from 'node:fs/promises'
import { observeExample } from '@hillock/analysis'
import { createSession, crossEntropy, dense, leaky, readSafetensors, rows, sequential } from '@hillock/core'
import { bptt } from '@hillock/learner-bptt'
import { torchWeights } from '@hillock/nir'
import { raster, toSvg } from '@hillock/plot'

// the state dict of an snnTorch model, saved by safetensors.torch.save_file(net.state_dict(), 'net.safetensors')
const { tensors } = readSafetensors(await readFile(new URL('net.safetensors', import.meta.url)))

// the same network, written here: Linear(7, 5), Leaky(0.9), Linear(5, 4), Leaky(0.9)
const network = sequential(7, [dense(5), leaky({ beta: 0.9 }), dense(4), leaky({ beta: 0.9 })])
const { snapshot, unused } = torchWeights(network, tensors, { weights: { layer1: 'fc1', layer2: 'fc2' } })
console.log('not used:', unused.join(', '))

// what went in and what came out in torch, for one example: [T, 7] and [T, 4]
const [input, expected] = [tensors.get('example.input'), tensors.get('example.spikes')]
const [steps] = input.shape
const session = createSession({ network, snapshot, encoder: rows(), loss: crossEntropy(), learner: bptt(), steps })
const example = { images: Float32Array.from(input.values), count: 1, features: 7 * steps }
const { layers } = await observeExample(session, example, steps)
const [hidden, output] = layers
console.log(`the spikes of torch: ${output.output.values.every((spike, i) => spike === expected.values[i])}`)

const picture = raster({
  title: 'A network of snnTorch, run in hillock',
  steps,
  layers: [
    { name: 'input', size: 7, values: input.values },
    { name: 'hidden', ...hidden.output },
    { name: 'output', ...output.output },
    { name: 'in torch', size: 4, values: expected.values },
  ],
})
await writeFile('torch-model.svg', await toSvg(picture))
await session.dispose()
