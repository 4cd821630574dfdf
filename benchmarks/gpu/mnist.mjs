import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cuda } from '@hillock/backend-cuda'
import { createSession } from '@hillock/core'
import { glyphs, mnist, take } from '@hillock/datasets'
import { bptt } from '@hillock/learner-bptt'
import { eligibility } from '@hillock/learner-eligibility'
import { hebbian } from '@hillock/learner-hebbian'
import { randomBp } from '@hillock/learner-random-bp'
import { findRecipe, learnerOptions, recipeParts } from 'hillock'
import { secondsLeft } from './budget.mjs'

const learners = { bptt, eligibility, hebbian, 'random-bp': randomBp }

/** An epoch of the best recipe of each learner, on MNIST where it was packed, on glyphs where not; one that would not end in time is left out. */
export async function mnistOnAll({ small, tell }) {
  const folder = fileURLToPath(new URL('../mnist', import.meta.url))
  const data =
    !small && existsSync(folder)
      ? await mnist({ data: folder, download: false })
      : glyphs({ train: small ? 40 : 6000, test: small ? 20 : 1000 })
  // As long as the last one took has to be left.
  let took = 0
  for (const name of ['mnist-bptt', 'mnist-eligibility', 'mnist-random-bp', 'mnist-hebbian']) {
    if (secondsLeft() < 1.2 * took) {
      tell({ skipped: name })
      continue
    }
    const start = performance.now()
    const recipe = findRecipe(name)
    const session = createSession({
      ...recipeParts(recipe, data.train.features),
      learner: learners[recipe.learner.name](learnerOptions(recipe.learner)),
      backend: await cuda(),
    })
    const train = take(data.train, small ? 10 : Math.min(data.train.count, 20_000))
    const test = take(data.test, small ? 5 : Math.min(data.test.count, 2000))
    const { batchSize } = recipe
    for await (const { trainLoss, testAccuracy, seconds } of session.train({ train, test }, { batchSize }))
      tell({ recipe: name, data: data.name, examples: train.count, trainLoss, testAccuracy, seconds })
    await session.dispose()
    took = (performance.now() - start) / 1000
  }
}
