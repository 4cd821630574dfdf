import type { Figure } from '@hillock/plot'
import { activityNames, activityRows } from '../output/activity.ts'
import { plot } from '../output/figure-file.ts'
import { duration, grouped, percent, scoreRow } from '../output/table.ts'
import type { Finished } from '../run/finished.ts'
import { rasterOf, type Watched } from './of-example.ts'
import { curvesOf, densityOf } from './of-run.ts'

/** What a page tells of a run besides its files. */
export interface Told extends Finished {
  /** The names of packages and programs, with their versions. */
  readonly versions: Readonly<Record<string, string>>
  readonly watched: Watched
}

type Rows = readonly (readonly [string, string])[]

/** A run as one HTML page that needs no network: configuration, curves, spikes, confusion, timing, sparsity and warnings. */
export async function reportPage(run: Told): Promise<string> {
  const { recipe, session, reports } = run
  const figures = await Promise.all((await figuresOf(run)).map(async (figure) => (await plot()).toSvg(figure)))
  const warnings = [...new Set(reports.flatMap(({ warnings }) => warnings.map(({ message }) => message)))]
  return page(recipe.name, [
    `<h1>${text(recipe.name)}</h1>\n<p>${text(recipe.description)}</p>`,
    rowsOf(summaryOf(run)),
    warnings.length === 0
      ? ''
      : `<h2>Warnings</h2>\n<ul>${warnings.map((one) => `<li>${text(one)}</li>`).join('')}</ul>`,
    `<h2>Network</h2>\n<pre>${text(String(session.network))}</pre>`,
    ...figures.map((svg) => `<figure>${svg}</figure>`),
    `<h2>Epochs</h2>\n${epochsOf(run)}`,
    `<h2>Activity in the last epoch</h2>\n${rowsOf(activityOf(run))}`,
    `<details><summary>The recipe</summary><pre>${text(JSON.stringify(recipe, null, 2))}</pre></details>`,
  ])
}

async function figuresOf({ session, dataset, encoder, recipe, reports, watched }: Told): Promise<Figure[]> {
  const model = { recipe, encoder, network: session.network }
  const epochs = reports.length === 0 ? [] : [await curvesOf(model, reports), await densityOf(model, reports)]
  const raster = await rasterOf(model, watched)
  const { test } = dataset
  if (!('labels' in test)) return [...epochs, raster]
  const { predictions } = await session.evaluate(test)
  const confusion = (await plot()).confusion({
    title: `${recipe.name}: confusion on the test examples`,
    classes: session.network.layers.at(-1)!.size,
    labels: test.labels,
    predictions,
  })
  return [...epochs, raster, confusion]
}

function summaryOf({ recipe, seed, result, threads, reports, versions, dataset }: Told): Rows {
  const { backend, seconds, testError } = result
  const last = reports.at(-1)
  return [
    scoreRow(last?.testAccuracy, testError),
    ['epochs', `${reports.length} of ${recipe.epochs}`],
    ['time', duration(seconds)],
    ['learner', recipe.learner.name],
    ['data', `${dataset.name}: ${grouped(dataset.train.count)} to train on, ${grouped(dataset.test.count)} to test on`],
    ['time steps, batch', `${recipe.steps}, ${recipe.batchSize}`],
    ['backend', threads > 1 ? `${backend}, ${threads} threads` : backend],
    ['seed', String(seed)],
    ...Object.entries(versions),
  ]
}

function epochsOf({ reports }: Told): string {
  const head = ['epoch', 'loss', 'train', 'validation', 'test', 'time']
  const rows = reports.map(({ epoch, trainLoss, trainAccuracy, validationAccuracy, testAccuracy, seconds }) => [
    String(epoch),
    trainLoss.toFixed(3),
    ...[Number.isNaN(trainAccuracy) ? undefined : trainAccuracy, validationAccuracy, testAccuracy].map(percent),
    duration(seconds),
  ])
  const cells = (row: readonly string[], tag: string) =>
    `<tr>${row.map((one) => `<${tag}>${text(one)}</${tag}>`).join('')}</tr>`
  return `<table class="numbers">${cells(head, 'th')}${rows.map((row) => cells(row, 'td')).join('')}</table>`
}

function activityOf({ session, encoder, reports }: Told): Rows {
  const last = reports.at(-1)
  return last === undefined ? [] : activityRows(last, activityNames(session.network, encoder.binary))
}

const rowsOf = (rows: Rows): string =>
  `<table>${rows.map(([name, value]) => `<tr><th>${text(name)}</th><td>${text(value)}</td></tr>`).join('')}</table>`

/** Text as HTML has it: names in recipes of others are shown, never run. */
const text = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const page = (title: string, parts: readonly string[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:">
<title>${text(title)}</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { padding: 0.2rem 1rem 0.2rem 0; text-align: left; vertical-align: top; font-variant-numeric: tabular-nums }
th { font-weight: 600 }
.numbers th, .numbers td { text-align: right }
pre { overflow-x: auto; font-size: 0.85rem }
figure { background: #fff; margin: 1.5rem 0; padding: 1rem; border-radius: 0.5rem; overflow-x: auto }
figure svg { max-width: 100%; height: auto }
</style>
${parts.filter((part) => part !== '').join('\n')}
</html>
`
