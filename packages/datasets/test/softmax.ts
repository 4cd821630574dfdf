import { generator, stream } from '@hillock/core/random'
import type { Examples } from '@hillock/datasets'

/** Test accuracy of a softmax regression trained by plain stochastic gradient descent. */
export function softmaxAccuracy(train: Examples, test: Examples, epochs = 15, rate = 0.02): number {
  const { features, classes } = train
  const weights = new Float64Array(features * classes)
  const bias = new Float64Array(classes)
  const scores = new Float64Array(classes)

  const score = (examples: Examples, i: number) => {
    scores.set(bias)
    for (let f = 0; f < features; f++) {
      const x = examples.images[i * features + f]!
      if (x !== 0) for (let c = 0; c < classes; c++) scores[c]! += x * weights[f * classes + c]!
    }
  }

  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const i of generator(0, stream.shuffle, epoch).permutation(train.count)) {
      score(train, i)
      const top = Math.max(...scores)
      const sum = scores.reduce((total, s) => total + Math.exp(s - top), 0)
      const errors = scores.map((s, c) => Math.exp(s - top) / sum - +(c === train.labels[i]))
      for (let f = 0; f < features; f++) {
        const x = train.images[i * features + f]! * rate
        if (x !== 0) for (let c = 0; c < classes; c++) weights[f * classes + c]! -= x * errors[c]!
      }
      for (let c = 0; c < classes; c++) bias[c]! -= rate * errors[c]!
    }
  }

  let right = 0
  for (let i = 0; i < test.count; i++) {
    score(test, i)
    if (scores.indexOf(Math.max(...scores)) === test.labels[i]) right++
  }
  return right / test.count
}
