// One leaky integrate-and-fire neuron, driven by a current and followed by Euler steps; draws the current, the membrane and the spikes.
//   node examples/driven-neuron.js [FILE.svg | FILE.png]
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { crossEntropy, dense, neuron, reference, sequential } from '@hillock/core'
import { createRuntime, forward } from '@hillock/core/learner'
import { membrane, toPng, toSvg } from '@hillock/plot'

/** Seconds; membranes are without unit, the threshold is 1. */
const [dt, tau] = [1e-3, 0.02]
const steps = 2000

/** Plateaus, of which some drive the membrane over its threshold, and a slow wave. */
const plateaus = [
  { from: 200, to: 350, current: 0.6 },
  { from: 500, to: 650, current: 1.1 },
  { from: 800, to: 950, current: 0.9 },
  { from: 1200, to: 1600, current: 1.2 },
]
export const current = Float64Array.from({ length: steps }, (_, t) => {
  const plateau = plateaus.find(({ from, to }) => t >= from && t < to)?.current ?? 0
  return plateau + 0.05 * (0.5 + 0.5 * Math.sin((2 * Math.PI * t) / 120))
})

/** tau dv/dt = -v + input: a step of dt, then the threshold, then the reset. */
const euler = neuron({
  name: 'euler',
  params: { dt, tau, threshold: 1, rest: 0 },
  state: { v: 'rest' },
  equations: `
    v = v + (-(v - rest) + input) * (dt / tau)
    spike = heaviside(v - threshold, 1)
    v = where(spike, rest, v)`,
})

/** The membrane after each step, and where it fired: [T] each. */
export async function simulate() {
  // one input and one neuron, joined by a weight of 1: what goes in is the current
  const network = sequential(1, [dense(1, { weight: { constant: 1 }, bias: false }), euler()])
  const runtime = createRuntime({ network, backend: reference(), loss: crossEntropy(), seed: 0 })
  const input = runtime.temporary([steps, 1, 1])
  runtime.backend.write(input, current)
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch = { input, labels: [0], steps, size: 1, progress }
  const [pass] = forward(runtime, batch, { keep: () => ['v'] })
  const [v, spikes] = [await runtime.backend.read(pass.kept.v), await runtime.backend.read(pass.spikes)]
  await runtime.dispose()
  return { v, spikes }
}

export async function draw() {
  const { v, spikes } = await simulate()
  const neurons = [{ name: '', membrane: v, current, threshold: 1, spikes }]
  return membrane({ title: 'A neuron driven by a current', steps, dt: 1000 * dt, neurons })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const path = process.argv[2] ?? 'driven-neuron.svg'
  await writeFile(path, path.endsWith('.png') ? await toPng(await draw()) : await toSvg(await draw()))
  console.log(`written: ${path}`)
}
