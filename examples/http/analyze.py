import requests

response = requests.post(
    "https://axiomo.app/api/analyze",
    headers={"Authorization": "Bearer ax_your_key_here"},
    json={"url": "https://github.com/owner/repo/pull/123"}
)

signal = response.json()["signal"]
print(f"Risk: {signal['risk']['level']}")
