// The page of a one-time link: sends its token and the form's fields to `data-to`, and says `data-done`.
// The token stands behind the #, so that it is in nobody's log. A button, so that mail scanners which open links use up none.
const form = document.getElementById('link')
const outcome = document.getElementById('outcome')

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  outcome.textContent = 'One moment'
  const { to, done } = form.dataset
  const fields = Object.fromEntries(new FormData(form))
  const response = await fetch(to, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: location.hash.slice(1), ...fields }),
  }).catch(() => undefined)
  const answer = await response?.json().catch(() => undefined)
  if (response?.ok) {
    form.replaceChildren(outcome)
    outcome.textContent = done.replace('{username}', () => fields.username)
  } else outcome.textContent = answer?.detail ?? answer?.message ?? 'Parley does not answer.'
})
