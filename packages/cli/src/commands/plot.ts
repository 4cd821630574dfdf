import { HillockError } from '@hillock/core'
import { checkPicture, writePicture } from '../output/figure-file.ts'
import { printEvent } from '../output/print-event.ts'
import { liveLine } from '../output/terminal.ts'
import { type DrawOptions, draw } from '../plots/draw.ts'
import { kinds } from '../plots/kinds.ts'
import { openModel } from '../run/open-model.ts'

export interface PlotCommand extends DrawOptions {
  readonly out?: string
  readonly json?: boolean
}

/**
 * Draws what a saved model is, what it does with an example, or how it learnt. Throws HILLOCK_USAGE for an option without effect in the
 * kind of picture, and those of `draw`.
 */
export async function plot({ out, json, ...options }: PlotCommand): Promise<void> {
  const { kind, model: path } = options
  const file = out ?? `${kind}.svg`
  const known: readonly string[] = [...kinds[kind], 'kind', 'model']
  const idle = Object.keys(options).find((option) => !known.includes(option))
  if (idle !== undefined) {
    const hint = `omit it; the options of --kind ${kind} are ${kinds[kind].map((name) => `--${name}`).join(', ') || 'none'}`
    throw new HillockError('HILLOCK_USAGE', `--${idle} has no effect with --kind ${kind}`, { hint })
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
