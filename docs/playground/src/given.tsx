import { chosen, useDrop } from './drop.ts'
import type { Dropped } from './dropped.ts'
import { give, settings, watch } from './state.ts'
import { useStore } from './store.ts'

/** Files to train on. */
function Files() {
  useDrop(true, give)
  return (
    <label class="drop wide">
      Drop the four idx files of MNIST, Fashion-MNIST or KMNIST on the page, or choose them. They stay in your browser.{' '}
      <input type="file" name="idx" multiple onChange={({ currentTarget: { files } }) => give(chosen(files))} />
    </label>
  )
}

/** One recording is looked at, several are trained on. */
function take(files: readonly Dropped[]): void {
  if (files.length === 1) watch(files[0])
  else give(files)
}

function Recordings() {
  useDrop(true, take)
  return (
    <div class="drop wide">
      <label>
        Drop the folder of N-MNIST on the page, or choose it. Recordings stay in your browser.{' '}
        <input
          type="file"
          name="folder"
          ref={(field) => {
            if (field) field.webkitdirectory = true
          }}
          onChange={({ currentTarget: { files } }) => take(chosen(files))}
        />
      </label>
      <label>
        One recording alone is shown to the network.{' '}
        <input type="file" name="recording" onChange={({ currentTarget: { files } }) => take(chosen(files))} />
      </label>
    </div>
  )
}

/** Where data are files, what takes them. */
export function Given() {
  return useStore(settings).data === 'recordings' ? <Recordings /> : <Files />
}
