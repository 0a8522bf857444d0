/** Mono PCM that grows, or that keeps only its end. */
export type Recording = {
  push: (samples: Int16Array) => void
  /** Forgets all but the last so many pieces. */
  keepLast: (pieces: number) => void
  readonly pieces: readonly Int16Array[]
  /** All of it in one piece; it is kept. */
  join: () => Int16Array
  take: () => Int16Array
}

export function createRecording(): Recording {
  let pieces: Int16Array[] = []
  return {
    push: (samples) => void pieces.push(samples),
    keepLast: (count) => {
      while (pieces.length > count) pieces.shift()
    },
    get pieces() {
      return pieces
    },
    join: () => joinSamples(pieces),
    take: () => {
      const all = joinSamples(pieces)
      pieces = []
      return all
    },
  }
}

export function joinSamples(pieces: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
