/** The part of jsfive that is used; it comes without types. */
declare module 'jsfive' {
  export class Dataset {
    readonly shape: readonly number[]
    readonly dtype: string | readonly unknown[]
    readonly value: readonly unknown[]
    readonly _dataobjects: {
      find_msg_type(type: number): readonly { get(name: string): number }[]
    }
  }
  export class File {
    constructor(bytes: ArrayBuffer, name: string)
    get(path: string): Dataset | undefined
  }
}
