/** Letters and digits only, lower case: recognisers and firmware differ in everything else. */
export function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}
