/** Where a value stands: what was encrypted for one place cannot be read in another. */
export type FieldPlace = { table: string; column: string; row: string }

/** Encrypts single values, by a key that can be replaced: older keys open what they have sealed. */
export type FieldCipher = {
  /** What everything begins with that is sealed by the key that is in use now. */
  readonly currentPrefix: string
  /** `v1.{key id}.{nonce}.{ciphertext}.{tag}`, base64url. */
  encrypt: (text: string, place: FieldPlace) => string
  /** @throws Error for what was changed, was made for another place, or with a key that is not here any more */
  decrypt: (sealed: string, place: FieldPlace) => string
  /**
   * The same for the same value: for looking one up without being able to read it. One by each key, that of the key in use
   * first. `purpose` keeps columns apart.
   */
  blindIndexes: (value: string, purpose: string) => [string, ...string[]]
}
