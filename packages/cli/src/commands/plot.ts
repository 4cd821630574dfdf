import { HillockError } from '@hillock/core'
import { openModel } from '../open-model.ts'
import { checkPicture, writePicture } from '../picture.ts'
import { type DrawOptions, draw, type PlotKind } from '../plots/draw.ts'
import { printEvent } from '../programs.ts'
import { liveLine } from '../terminal.ts'

export interface PlotCommand extends DrawOptions {
  readonly out?: string
  readonly json?: boolean
}

const data = ['dataset', 'data'] as const
const network = [...data, 'backend', 'device', 'threads'] as const

/** What can be drawn, and what may be said about it. */
const kinds: Readonly<Record<PlotKind, readonly (keyof DrawOptions)[]>> = {
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

/**
 * Draws what a saved model is, what it does with an example, or how it learnt. Errors: HILLOCK_USAGE for an option that has no say in the
 * kind of picture, and those of `draw`.
 */
export async function plot({ out, json, ...options }: PlotCommand): Promise<void> {
  const { kind, model: path } = options
  const file = out ?? `${kind}.svg`
  const known: readonly string[] = [...kinds[kind], 'kind', 'model']
  const idle = Object.keys(options).find((option) => !known.includes(option))
  if (idle !== undefined) {
    const hint = `leave it out; for --kind ${kind} there is ${kinds[kind].map((name) => `--${name}`).join(', ') || 'none'}`
    throw new HillockError('HILLOCK_USAGE', `--${idle} has no say in --kind ${kind}`, { hint })
  }
  const { model, bytes } = await openModel(path, json)
  await checkPicture(file)
  const live = liveLine(process.stderr)
  const { figure, about } = await draw(model, bytes, options, (message) => json || live.show(message, 'at once'))
  const size = await writePicture(file, figure)
  live.clear()
  if (json) printEvent('plot', { recipe: model.recipe.name, kind, ...about, file, bytes: size })
  else process.stdout.write(`written: ${file}\n`)
}
