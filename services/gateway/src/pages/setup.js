// The token stands behind the #, so that it is in nobody's log.
const form = document.getElementById('setup')
const outcome = document.getElementById('outcome')

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  outcome.textContent = 'One moment'
  const username = form.elements.username.value
  const password = form.elements.password.value
  const response = await fetch('/api/v1/setup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: location.hash.slice(1), username, password }),
  }).catch(() => undefined)
  const answer = await response?.json().catch(() => undefined)
  if (response?.ok) {
    form.replaceChildren(outcome)
    outcome.textContent = `${username} is the administrator now, and can log in.`
  } else outcome.textContent = answer?.detail ?? 'Parley does not answer.'
})
