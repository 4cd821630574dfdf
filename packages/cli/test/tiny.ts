/** A second of work: few examples, few neurons, few steps. */
export const tiny = {
  extends: 'demo',
  dataset: { name: 'glyphs', train: 120, test: 40 },
  steps: 8,
  network: [{ dense: 16 }, { neuron: 'lif' }, { dense: 10 }, { neuron: 'lif' }],
  epochs: 2,
}
