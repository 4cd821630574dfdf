import { damaged } from './damaged.ts'
import { complete, isDamaged } from './download.ts'
import { makeCache } from './keep.ts'
import { node } from './node.ts'
import type { DownloadOptions, Received } from './receive.ts'

/** A zip file as its public host has it, and a sum of its bytes in hexadecimal. */
export interface Archive {
  readonly name: string
  readonly address: string
  readonly sum: { readonly sha256: string } | { readonly md5: string }
}

const mendeley = 'https://data.mendeley.com/public-files/datasets/468j46mzdv/files'
const zenke = (part: string, md5: string): Archive => ({
  name: `${part}.h5.zip`,
  address: `https://zenkelab.org/datasets/${part}.h5.zip`,
  sum: { md5 },
})

/**
 * Where recordings are to be had, and the sums with which Tonic (github.com/neuromorphs/tonic) checks them. N-MNIST: Orchard et al. 2015 (CC BY-SA
 * 4.0). SHD and SSC: Cramer et al. 2022 (CC BY 4.0).
 */
export const archives: Readonly<Record<string, readonly Archive[]>> = {
  'n-mnist': [
    {
      name: 'Train.zip',
      address: `${mendeley}/39c25547-014b-4137-a934-9d29fa53c7a0/file_downloaded`,
      sum: { sha256: '1a54ee392a5e5082a0bef52911cd9211f63b950a4905ccd8890553804d3335f9' },
    },
    {
      name: 'Test.zip',
      address: `${mendeley}/05a4d654-7e03-4c15-bdfa-9bb2bcbea494/file_downloaded`,
      sum: { sha256: '6ecfd5d85dbb49a631961d8dc3101871c5be53e645004ee34064f6557d169f09' },
    },
  ],
  shd: [zenke('shd_train', 'f3252aeb598ac776c1b526422d90eecb'), zenke('shd_test', '1503a5064faa34311c398fb0a1ed0a6f')],
  ssc: [
    zenke('ssc_train', 'd102be95e7144fcc0553d1f45ba94170'),
    zenke('ssc_valid', 'b4eee3516a4a90dd0c71a6ac23a8ae43'),
    zenke('ssc_test', 'a35ff1e9cffdd02a20eb850c17c37748'),
  ],
}

/**
 * Brings the archives that `folder` lacks. One is written to NAME.part as it comes in, and gets its name when its sum is right; the next download
 * goes on from a part. Two processes that fetch the same write the same bytes to the same places. Throws HILLOCK_DATA_MISSING (not reachable) or
 * HILLOCK_DATA_DAMAGED (not the file that it should be), and the reason of `signal` if that is aborted.
 */
export async function bringArchives(
  wanted: readonly Archive[],
  folder: string,
  options: DownloadOptions,
  hint: string,
): Promise<void> {
  const { fs, path } = node()
  await makeCache(folder)
  for (const archive of wanted) {
    const target = path.join(folder, archive.name)
    const isThere = () =>
      fs.stat(target).then(
        (stat) => stat.isFile(),
        () => false,
      )
    if (await isThere()) continue
    const part = `${target}.part`
    const file = await fs.open(
      part,
      await fs.access(part).then(
        () => 'r+',
        () => 'w+',
      ),
    )
    const received: Received = {
      name: archive.name,
      length: (await file.stat()).size,
      async put(piece) {
        await file.write(piece, 0, piece.length, received.length)
      },
      async check() {
        await file.truncate(received.length)
        await checkSum(part, archive, hint)
      },
    }
    try {
      await complete(archive.address, received, options, hint)
      await file.sync()
    } catch (error) {
      if (isDamaged(error)) await fs.rm(part, { force: true })
      throw error
    } finally {
      await file.close()
    }
    await fs.rename(part, target).catch(async (error) => {
      if (!(await isThere())) throw error
    })
  }
}

async function checkSum(path: string, { address, sum }: Archive, hint: string): Promise<void> {
  const [[kind, wanted]] = Object.entries(sum) as [[string, string]]
  const hash = node().crypto.createHash(kind)
  const file = await node().fs.open(path)
  for await (const piece of file.createReadStream()) hash.update(piece as Uint8Array)
  const found = hash.digest('hex')
  if (found !== wanted) throw damaged(address, `has the ${kind.toUpperCase()} ${found}, not ${wanted}`, { hint })
}
