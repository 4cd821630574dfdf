// A training step as users of tfjs write it, on its WebAssembly backend (one thread: it has no more in Node).
import { readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-layers' // and with it the gradients of all operations
import * as tf from '@tensorflow/tfjs-core'

const floats = (path) => new Float32Array(Uint8Array.from(readFileSync(path)).buffer)

const slopes = {
  fastSigmoid: (x, { slope }) => tf.reciprocal(tf.square(tf.add(tf.mul(tf.abs(x), slope), 1))),
  boxcar: (x, { width, height }) => tf.mul(tf.cast(tf.less(tf.abs(x), width), 'float32'), height),
}

/** A step whose derivative is the surrogate's, and a value whose derivative is 0. */
const spikeWith = ({ name, params }) =>
  tf.customGrad((x, save) => {
    save([x])
    return {
      value: tf.cast(tf.greater(x, 0), 'float32'),
      gradFunc: (dy, [saved]) => tf.mul(dy, slopes[name](saved, params)),
    }
  })
const detached = tf.customGrad((x) => ({ value: tf.clone(x), gradFunc: (dy) => tf.zerosLike(dy) }))

function create(folder, workload) {
  const { sizes, steps, batch, probability, beta, surrogate, rate } = workload
  const images = floats(`${folder}/images.f32`)
  const labels = new Uint8Array(readFileSync(`${folder}/labels.u8`))
  const spike = spikeWith(surrogate)
  const layers = sizes.slice(1).map((size, i) => ({
    weight: tf.variable(tf.tensor2d(floats(`${folder}/layer${i + 1}.weight.f32`), [sizes[i], size])),
    bias: tf.variable(tf.tensor1d(floats(`${folder}/layer${i + 1}.bias.f32`))),
  }))
  const optimizer = tf.train.adam(rate)
  const pool = labels.length / batch

  function forward(input) {
    const states = layers.map(() => ({}))
    const spikes = layers.map(() => [])
    for (let t = 0; t < steps; t++) {
      let given = input[t % input.length]
      layers.forEach(({ weight, bias }, i) => {
        const current = tf.add(tf.matMul(given, weight), bias)
        const { membrane, fired } = states[i]
        const next = membrane ? tf.sub(tf.add(tf.mul(membrane, beta), current), detached(fired)) : current
        given = spike(tf.sub(next, 1))
        states[i] = { membrane: next, fired: given }
        spikes[i].push(given)
      })
    }
    return spikes
  }

  const lossOf = (spikes, hot) => tf.losses.softmaxCrossEntropy(hot, tf.addN(spikes.at(-1)))
  const hotLabels = (at) =>
    tf.oneHot(tf.tensor1d(Int32Array.from(labels.subarray(at * batch, (at + 1) * batch)), 'int32'), sizes.at(-1))

  return {
    encode(at) {
      return tf.tidy(() => {
        const pixels = batch * sizes[0]
        const image = tf.tensor2d(images.subarray((at % pool) * pixels, ((at % pool) + 1) * pixels), [batch, sizes[0]])
        if (probability === undefined) return [image]
        const random = tf.randomUniform([steps, batch, sizes[0]])
        return tf.unstack(tf.cast(tf.less(random, tf.mul(image, probability)), 'float32'))
      })
    },
    async train(input, at) {
      const hot = hotLabels(at % pool)
      const loss = optimizer.minimize(() => lossOf(forward(input), hot), true)
      await loss.data()
      tf.dispose([loss, hot])
    },
    check() {
      const given = floats(`${folder}/input.f32`)
      const rows = given.length / batch / sizes[0]
      const input = tf.unstack(tf.tensor3d(given, [rows, batch, sizes[0]]))
      let kept
      const { grads } = tf.variableGrads(() => {
        kept = forward(input).map((all) => tf.keep(tf.stack(all)))
        return lossOf(forward(input), hotLabels(0))
      })
      layers.forEach(({ weight, bias }, i) => {
        writeFileSync(`${folder}/layer${i + 1}.spikes.u8`, Uint8Array.from(kept[i].dataSync()))
        writeFileSync(`${folder}/layer${i + 1}.weight.gradient.f32`, grads[weight.name].dataSync())
        writeFileSync(`${folder}/layer${i + 1}.bias.gradient.f32`, grads[bias.name].dataSync())
      })
    },
  }
}

await tf.setBackend('wasm')
let side
let at = 0
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  const answer = {}
  if (message.do === 'start') {
    side = create(message.folder, message.workload)
    answer.version = `tfjs ${tf.version_core}`
  } else if (message.do === 'check') {
    side.check()
  } else {
    answer.ms = []
    answer.cpuMs = []
    for (let i = 0; i < message.count; i++, at++) {
      let [start, worked] = [performance.now(), process.cpuUsage()]
      const input = side.encode(at)
      if (message.part === 'encode') await input[0].data()
      if (message.part === 'train') [start, worked] = [performance.now(), process.cpuUsage()]
      if (message.part !== 'encode') await side.train(input, at)
      const { user, system } = process.cpuUsage(worked)
      answer.ms.push(performance.now() - start)
      answer.cpuMs.push((user + system) / 1000)
      tf.dispose(input)
    }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
