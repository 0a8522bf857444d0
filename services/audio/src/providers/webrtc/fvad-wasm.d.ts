declare module '@echogarden/fvad-wasm' {
  /** libfvad, its C functions with an underscore; pointers are byte offsets into `HEAP16.buffer`. */
  export type Fvad = {
    _malloc: (bytes: number) => number
    _free: (pointer: number) => void
    _fvad_new: () => number
    _fvad_free: (handle: number) => void
    _fvad_set_mode: (handle: number, mode: number) => number
    _fvad_set_sample_rate: (handle: number, sampleRateHz: number) => number
    /** 1 voice, 0 none, −1 for a window that is not 10, 20 or 30 ms long. */
    _fvad_process: (handle: number, samples: number, count: number) => number
    readonly HEAP16: Int16Array
  }
  export default function load(): Promise<Fvad>
}
