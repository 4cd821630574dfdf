import { observeExample } from '@hillock/analysis'
import { subset } from '@hillock/datasets'
import type { Run } from '@hillock/recipes'
import type { Frame, Shown } from './messages.ts'

/** Shows the network an example, and tells what each layer did. */
export async function frameOf({ session, dataset, recipe: { steps } }: Run, shown: Shown): Promise<Frame> {
  const drawn = 'drawing' in shown
  const { features, classes } = dataset.test
  const example = drawn
    ? { images: shown.drawing, labels: new Uint8Array(1), count: 1, features, classes }
    : subset(dataset.test, [shown.example])
  const { input, layers } = await observeExample(session, example, steps)
  const { predictions } = await session.predict(example.images)
  const named = [{ name: 'input', ...input }, ...layers.map(({ layer, output }) => ({ name: layer.name, ...output }))]
  return {
    image: example.images.slice(),
    label: drawn ? undefined : example.labels[0]!,
    prediction: predictions[0]!,
    steps,
    layers: named.map(({ name, size, values }) => ({ name, size, spikes: Uint8Array.from(values) })),
  }
}
