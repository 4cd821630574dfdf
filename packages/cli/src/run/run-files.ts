import { join } from 'node:path'

const names = {
  checkpoint: 'checkpoint.safetensors',
  model: 'model.safetensors',
  report: 'report.json',
  raster: 'spikes.svg',
  page: 'report.html',
  metrics: 'metrics.jsonl',
  events: 'events.out.tfevents.0.hillock',
} as const

export type RunFile = keyof typeof names

/** The paths of a run's files in its folder. */
export const filesIn = (folder: string): Readonly<Record<RunFile, string>> => ({
  checkpoint: join(folder, names.checkpoint),
  model: join(folder, names.model),
  report: join(folder, names.report),
  raster: join(folder, names.raster),
  page: join(folder, names.page),
  metrics: join(folder, names.metrics),
  events: join(folder, names.events),
})
