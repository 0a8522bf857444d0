/** What an agent says when there is no answer, in the language of the question as far as its script tells. */
export function apologyFor(question: string): string {
  return /\p{Script=Han}/u.test(question)
    ? '抱歉，出了点问题，请再试一次。'
    : 'Sorry, something went wrong. Please try again.'
}
