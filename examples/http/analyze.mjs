const response = await fetch("https://axiomo.app/api/analyze", {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    "Authorization": "Bearer ax_your_key_here"
  },
  body: JSON.stringify({
    url: "https://github.com/owner/repo/pull/123"
  })
});

const { signal } = await response.json();
console.log(`Risk: ${signal.risk.level}`);
