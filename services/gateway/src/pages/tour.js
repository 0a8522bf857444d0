// The commands are for the address by which the reader came here.
for (const place of document.querySelectorAll('.origin')) place.textContent = location.origin

// Each can be copied, where the browser lets pages do so.
if (navigator.clipboard) {
  for (const commands of document.querySelectorAll('pre.run')) {
    const button = document.createElement('button')
    button.textContent = 'Copy'
    button.addEventListener('click', () => void navigator.clipboard.writeText(commands.textContent))
    commands.after(button)
  }
}
