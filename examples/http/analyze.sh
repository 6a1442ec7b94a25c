# Any language that can send HTTP can ask for a Signal.
curl -X POST https://axiomo.app/api/analyze \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer ax_your_key_here" \
  -d '{"url": "https://github.com/owner/repo/pull/123"}'
