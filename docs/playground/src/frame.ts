import { observeExample } from '@hillock/analysis'
import type { ExampleSource, Examples, Session } from '@hillock/core'
import type { Frame } from './messages.ts'
import { type Pick, pickedOf } from './picked.ts'

/** Shows the network one example, and tells what each layer did, and one neuron of it; `labelled`: whether what it is, is known. */
export async function frameOf(
  session: Session,
  steps: number,
  example: Examples | ExampleSource,
  { labelled, pick }: { readonly labelled: boolean; readonly pick: Pick | undefined },
): Promise<Frame> {
  const { input, layers } = await observeExample(session, example, steps)
  const image = 'images' in example ? example.images : undefined
  const { predictions } = await session.predict('images' in example ? example.images : example)
  const named = [{ name: 'input', ...input }, ...layers.map(({ layer, output }) => ({ name: layer.name, ...output }))]
  return {
    image: image?.slice(),
    label: labelled ? example.labels[0]! : undefined,
    prediction: predictions[0]!,
    steps,
    picked: pick && pickedOf(layers, pick, session.network, await session.snapshot()),
    layers: named.map(({ name, size, values }) => ({ name, size, spikes: values })),
  }
}

/** What of a frame is given away with it, not copied. */
export const partsOf = ({ image, layers }: Frame): Transferable[] => [
  ...(image ? [image.buffer] : []),
  ...layers.map(({ spikes }) => spikes.buffer),
]

/** A drawing as an example. */
export const drawn = (images: Float32Array, classes: number): Examples => ({
  images,
  labels: new Uint8Array(1),
  count: 1,
  features: images.length,
  classes,
})
