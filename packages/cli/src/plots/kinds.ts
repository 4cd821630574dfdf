import type { DrawOptions, PlotKind } from './draw.ts'

const data = ['dataset', 'data'] as const
const network = [...data, 'backend', 'device', 'threads'] as const

/** What can be drawn, and what may be said about it. */
export const kinds: Readonly<Record<PlotKind, readonly (keyof DrawOptions)[]>> = {
  raster: [...network, 'sample'],
  membrane: [...network, 'sample', 'layer', 'neurons', 'show'],
  states: [...network, 'sample', 'layer', 'show'],
  counts: [...network, 'sample'],
  input: [...data, 'sample'],
  weights: ['layer', 'neurons'],
  templates: [],
  confusion: network,
  curves: [],
  density: [],
}

export const plotKinds = Object.keys(kinds) as PlotKind[]
