import { type EventDataset, type EventSource, eventSource, type Frames, readNMnist } from '@hillock/datasets'
import { bytesOf, type Dropped } from './dropped.ts'

/** Places of the recordings of N-MNIST. */
const sensor = { width: 34, height: 34 }

interface Sample {
  readonly recording: Dropped
  readonly label: number
}

const sourceOf = (samples: readonly Sample[], frames: Frames): EventSource =>
  eventSource({
    id: `${samples.length} recordings from ${samples[0]!.recording.path} on`,
    labels: samples.map(({ label }) => label),
    classes: 10,
    ...sensor,
    frames,
    read: async (row) => {
      const { recording } = samples[row]!
      return readNMnist(await bytesOf(recording), { name: recording.path })
    },
  })

/** One recording as an example, of which it is not known what it shows. */
export const recordingOf = (recording: Dropped, frames: Frames): EventSource =>
  sourceOf([{ recording, label: 0 }], frames)

/**
 * N-MNIST of the files in its folder, in the order in which `nMnist` reads them: `Train` and `Test` with a folder for each digit, or recordings
 * with lists of numbers and digits.
 */
export async function recordingsOf(files: readonly Dropped[], frames: Frames): Promise<EventDataset> {
  const [train, test] = await Promise.all(['Train', 'Test'].map((part) => partOf(files, part)))
  if (train!.length === 0 || test!.length === 0)
    throw new Error(
      'give a folder with Train and Test, and in each a folder of recordings for each digit, or with lists of them',
    )
  const source = sourceOf(train!, frames)
  const { shape, steps, classes } = source
  return { name: 'n-mnist', shape, steps, classes, train: source, test: sourceOf(test!, frames), source: 'the page' }
}

async function partOf(files: readonly Dropped[], part: string): Promise<Sample[]> {
  const inFolders = files.flatMap((recording): (Sample & { name: string })[] => {
    const [, folder, label, name] = /(\w+)\/(\d)\/([^/]+\.(?:bin|bs2))$/.exec(recording.path) ?? []
    return folder === part ? [{ recording, label: Number(label), name: name! }] : []
  })
  if (inFolders.length > 0) return inFolders.sort((a, b) => a.label - b.label || (a.name < b.name ? -1 : 1))
  const lists = files.filter(({ path }) => new RegExp(`(^|/)${part.toLowerCase()}[^/]*\\.txt$`).test(path))
  const [list] = lists.sort((a, b) => (a.path < b.path ? -1 : 1))
  if (!list) return []
  const folder = list.path.replace(/[^/]*$/, '')
  const byPath = new Map(files.map((each) => [each.path, each]))
  return (await list.file.text()).split('\n').flatMap((line): Sample[] => {
    const [, number, digit] = /^\s*(\d+)\s+(\d)\s*$/.exec(line) ?? []
    if (number === undefined) return []
    const recording = byPath.get(`${folder}${number}.bs2`)
    if (!recording) throw new Error(`${list.path} names ${number}.bs2, which is not there`)
    return [{ recording, label: Number(digit) }]
  })
}
