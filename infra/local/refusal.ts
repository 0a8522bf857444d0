/** Why this cannot go on, in words for whoever typed the command: shown without a stack. */
export class Refusal extends Error {
  override name = 'Refusal'
}
