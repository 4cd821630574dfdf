import { type Dataset, glyphs, mnist } from '@hillock/datasets'
import type { Trained, Workload } from './workloads.ts'

/** MNIST where its files are found (HILLOCK_DATA), else glyphs, which have as many pixels but are another thing: the name says which. */
export async function images(): Promise<Dataset> {
  try {
    return await mnist({ download: false })
  } catch {
    return glyphs({ seed: 0, train: 6400, test: 1000 })
  }
}

/** What a workload is trained on. */
export const dataOf = ({ data = images }: Workload): Promise<Trained> => data()
